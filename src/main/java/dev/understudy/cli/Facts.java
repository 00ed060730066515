package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a gateway says. Whatever that is: what is missing or of another kind is empty, and no text can move a cursor or begin a
 * new line.
 */
record Facts(JsonNode node) {

    /** Empty where there is none. */
    String text(String member) {
        return text(node.path(member));
    }

    /** The same, or something in its place. */
    String text(String member, String otherwise) {
        String text = text(member);
        return text.isEmpty() ? otherwise : text;
    }

    boolean has(String member) {
        return !node.path(member).isMissingNode() && !node.path(member).isNull();
    }

    Optional<Integer> number(String member) {
        JsonNode value = node.path(member);
        return value.isInt() ? Optional.of(value.intValue()) : Optional.empty();
    }

    boolean flag(String member) {
        return node.path(member).isBoolean() && node.path(member).booleanValue();
    }

    Optional<Instant> time(String member) {
        try {
            return Optional.of(Instant.parse(text(member)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    Facts at(String member) {
        return new Facts(node.path(member));
    }

    List<Facts> list(String member) {
        return node.path(member).valueStream().map(Facts::new).toList();
    }

    List<String> texts(String member) {
        return at(member).texts();
    }

    /** Of a list of texts. */
    List<String> texts() {
        return node.valueStream().map(Facts::text).toList();
    }

    private static String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? OneLine.of(value.asString()) : "";
    }
}
