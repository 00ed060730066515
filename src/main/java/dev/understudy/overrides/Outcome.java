package dev.understudy.overrides;

/** What came of a change of what is held. But for the first one, nothing was changed. */
public sealed interface Outcome {

    /** It is in force, and will be after the next start. */
    record Done() implements Outcome {}

    /** The store could not keep it; the log says why. */
    record NotKept() implements Outcome {}

    /** What the store is kept in is elsewhere, and cannot be reached now. */
    record Away() implements Outcome {}

    /** So many endpoints are held that there is no room for another one. */
    record TooMany() implements Outcome {}

    /** Too many changes wait already. */
    record Busy() implements Outcome {}
}
