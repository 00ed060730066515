package dev.understudy.store;

import java.io.IOException;

/** The database of a store cannot be reached. */
public final class StoreAway extends IOException {

    private static final long serialVersionUID = 1L;

    StoreAway(Throwable cause) {
        super("the database cannot be reached", cause);
    }
}
