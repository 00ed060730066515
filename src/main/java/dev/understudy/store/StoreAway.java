package dev.understudy.store;

import java.io.IOException;

/** What a store is kept in is elsewhere, and cannot be used; its message says in what way. */
public final class StoreAway extends IOException {

    private static final long serialVersionUID = 1L;

    private static final String DATABASE = "spring.datasource.url";

    private final String key;

    private StoreAway(String key, String message, Throwable cause) {
        super(message, cause);
        this.key = key;
    }

    /** The one that says where it is. */
    public String key() {
        return key;
    }

    static StoreAway nobody(Throwable cause) {
        return new StoreAway(
                "understudy.control-plane.urls", "no control plane can be reached (" + cause.getMessage() + ")", cause);
    }

    static StoreAway unreachable(Throwable cause) {
        return new StoreAway(DATABASE, "the database cannot be reached", cause);
    }

    static StoreAway refusing(Throwable cause) {
        return new StoreAway(DATABASE, "the database does not do what it is asked", cause);
    }
}
