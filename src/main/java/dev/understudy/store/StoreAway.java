package dev.understudy.store;

import java.io.IOException;

/** The database of a store cannot be used; its message says in what way. */
public final class StoreAway extends IOException {

    private static final long serialVersionUID = 1L;

    private StoreAway(String message, Throwable cause) {
        super(message, cause);
    }

    static StoreAway unreachable(Throwable cause) {
        return new StoreAway("the database cannot be reached", cause);
    }

    static StoreAway refusing(Throwable cause) {
        return new StoreAway("the database does not do what it is asked", cause);
    }
}
