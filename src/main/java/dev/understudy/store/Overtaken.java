package dev.understudy.store;

/**
 * Somebody else has kept something that is not known here yet: nothing was kept. Whoever gets it looks at what there is now, and
 * decides anew.
 */
public final class Overtaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Overtaken() {
        super("Somebody else has kept something meanwhile", null, false, false);
    }
}
