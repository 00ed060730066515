package dev.understudy.store;

import java.io.IOException;

/** What a store is kept in is elsewhere, and cannot be used; its message says in what way. */
public final class StoreAway extends IOException {

    private static final long serialVersionUID = 1L;

    private static final String DATABASE = "spring.datasource.url";

    private final String key;
    private final String what;

    private StoreAway(String key, String what, String detail, Throwable cause) {
        super(what + detail, cause);
        this.key = key;
        this.what = what;
    }

    /** The one that says where it is. */
    public String key() {
        return key;
    }

    /** The message without addresses, for those who may not know them. */
    public String what() {
        return what;
    }

    static StoreAway nobody(Throwable cause) {
        return new StoreAway(
                "understudy.control-plane.urls",
                "no control plane can be reached",
                " (" + cause.getMessage() + ")",
                cause);
    }

    static StoreAway unreachable(Throwable cause) {
        return new StoreAway(DATABASE, "the database cannot be reached", "", cause);
    }

    static StoreAway refusing(Throwable cause) {
        return new StoreAway(DATABASE, "the database does not do what it is asked", "", cause);
    }
}
