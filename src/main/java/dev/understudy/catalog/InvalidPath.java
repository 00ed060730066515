package dev.understudy.catalog;

/** A request's path that is refused before anything else is asked. Its message is for the caller. */
public class InvalidPath extends RuntimeException {

    InvalidPath(String message) {
        super(message, null, false, false);
    }
}
