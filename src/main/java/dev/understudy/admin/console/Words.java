package dev.understudy.admin.console;

import java.util.Optional;

/** Words of logs and meters, as people read them. */
final class Words {

    private Words() {}

    /** Such as {@code connect timeout} for {@code connect_timeout}; empty for nothing. */
    static String of(Optional<String> word) {
        return word.map(Words::of).orElse("");
    }

    static String of(String word) {
        return word.matches("\\d{3}") ? "status " + word : word.replace('_', ' ');
    }
}
