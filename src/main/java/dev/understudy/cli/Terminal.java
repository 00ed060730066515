package dev.understudy.cli;

import java.io.Console;
import java.util.Optional;

/** Where somebody sits who can be asked. */
interface Terminal {

    /** Asks for a password, which is not shown. Empty: nothing was typed. */
    Optional<char[]> password(String question);

    /** Asks for a line. Empty: the input has ended. */
    Optional<String> line(String question);

    /** That of this process; empty where input or output are somewhere else. */
    static Optional<Terminal> ofProcess() {
        return Optional.ofNullable(System.console()).filter(Terminal::isOne).map(OfProcess::new);
    }

    // Since Java 22 there may be a console without a terminal, and there is a method that tells.
    private static boolean isOne(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** That of a process. */
    record OfProcess(Console console) implements Terminal {

        @Override
        public Optional<char[]> password(String question) {
            return Optional.ofNullable(console.readPassword("%s", question)).filter(typed -> typed.length > 0);
        }

        @Override
        public Optional<String> line(String question) {
            return Optional.ofNullable(console.readLine("%s", question));
        }
    }
}
