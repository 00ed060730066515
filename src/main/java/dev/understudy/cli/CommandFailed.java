package dev.understudy.cli;

/** A command that could not be done. The message is for its user: what was found, what was expected, what to do. */
final class CommandFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailed(String message) {
        this(message, ExitCode.FAILED);
    }

    CommandFailed(String message, Throwable cause) {
        super(message, cause);
        this.exitCode = ExitCode.FAILED;
    }

    /** @param exitCode what the command ends with */
    CommandFailed(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
