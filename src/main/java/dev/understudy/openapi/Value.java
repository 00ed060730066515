package dev.understudy.openapi;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A part of a document, which knows where it stands. Immutable, and never deeper than {@link Tree#DEPTH}. */
sealed interface Value {

    /** Where the name and password of a URL begin, however badly it is written; they end at its last {@code @}. */
    Pattern SIGN_IN = Pattern.compile("://|//|\\\\\\\\|:");

    Place place();

    /**
     * Where a value stands.
     *
     * @param parent null: it is the document
     * @param token name of the member, or index of the item, in the parent
     * @param line from 1
     */
    record Place(@Nullable Place parent, String token, int line) {

        static final Place DOCUMENT = new Place(null, "", 1);

        Place below(String name, int line) {
            return new Place(this, name, line);
        }

        /** As RFC 6901 writes it. */
        String pointer() {
            return parent == null
                    ? ""
                    : parent.pointer() + "/" + token.replace("~", "~0").replace("/", "~1");
        }

        int depth() {
            return parent == null ? 0 : parent.depth() + 1;
        }
    }

    /** @param members in the order of the document */
    record Mapping(Place place, Map<String, Value> members) implements Value {

        static Mapping empty(Place place) {
            return new Mapping(place, Map.of());
        }

        Optional<Value> get(String name) {
            return Optional.ofNullable(members.get(name));
        }

        boolean has(String name) {
            return members.containsKey(name);
        }

        Mapping with(String name, Value value) {
            Map<String, Value> more = new LinkedHashMap<>(members);
            more.put(name, value);
            return new Mapping(place, more);
        }
    }

    record Sequence(Place place, List<Value> items) implements Value {

        private String shownItems() {
            if (items.isEmpty()) {
                return "an empty list";
            }
            boolean plain = items.size() <= 5 && items.stream().allMatch(Scalar.class::isInstance);
            return plain ? items.stream().map(Value::shown).collect(Collectors.joining(", ", "[", "]")) : "a list";
        }
    }

    /** @param text as it stands there: {@code 1.10} stays {@code 1.10} */
    record Scalar(Place place, Kind kind, String text) implements Value {

        enum Kind {
            TEXT,
            NUMBER,
            BOOLEAN,
            NULL
        }
    }

    default Optional<Mapping> asMapping() {
        return this instanceof Mapping mapping ? Optional.of(mapping) : Optional.empty();
    }

    default Optional<List<Value>> asItems() {
        return this instanceof Sequence sequence ? Optional.of(sequence.items()) : Optional.empty();
    }

    default Optional<String> asText() {
        return this instanceof Scalar scalar && scalar.kind() == Scalar.Kind.TEXT
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    /** Text, and what is written like a number: {@code version: 1.0} means the text. */
    default Optional<String> asTextOrNumber() {
        return this instanceof Scalar scalar
                        && (scalar.kind() == Scalar.Kind.TEXT || scalar.kind() == Scalar.Kind.NUMBER)
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    default Optional<Boolean> asBoolean() {
        return this instanceof Scalar scalar && scalar.kind() == Scalar.Kind.BOOLEAN
                ? Optional.of(Boolean.valueOf(scalar.text()))
                : Optional.empty();
    }

    /** A whole number that fits. */
    default Optional<Integer> asInteger() {
        if (!(this instanceof Scalar scalar) || scalar.kind() != Scalar.Kind.NUMBER) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(scalar.text()).intValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** How a message shows it: in quotes and short where it is text, by its kind where it has parts. */
    default String shown() {
        if (this instanceof Mapping) {
            return "a map";
        }
        if (this instanceof Sequence sequence) {
            return sequence.shownItems();
        }
        Scalar scalar = (Scalar) this;
        return scalar.kind() == Scalar.Kind.NULL ? "nothing" : shown(scalar.text());
    }

    /** The same for a text that is no value of its own, such as the name of a member. */
    static String shown(String text) {
        String open = withoutSignIn(text);
        return "'" + Finding.onOneLine(open.length() > 100 ? open.substring(0, 99) + "…" : open) + "'";
    }

    private static String withoutSignIn(String text) {
        int at = text.lastIndexOf('@');
        Matcher start = SIGN_IN.matcher(text).region(0, Math.max(0, at));
        return start.find() ? text.substring(0, start.end()) + "…" + text.substring(at) : text;
    }
}
