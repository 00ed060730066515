package dev.understudy.store;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else keeps something in the same directory. */
public final class StoreInUse extends IOException {

    private static final long serialVersionUID = 1L;

    StoreInUse(Path directory) {
        super(directory + " is in use by another gateway");
    }
}
