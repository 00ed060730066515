package dev.understudy.cli;

/** What the commands end with; the same numbers for all of them. */
final class ExitCode {

    /** Done, and nothing to object to. */
    static final int FINE = 0;

    /** Done, and there are faults, differences, or the gateway refused it. */
    static final int OBJECTION = 1;

    /** The arguments are wrong; nothing was done. That of picocli. */
    static final int USAGE = 2;

    /** It could not be done: a file that cannot be read, a gateway that is away or does not know the caller. */
    static final int FAILED = 3;

    private ExitCode() {}
}
