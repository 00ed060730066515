package dev.understudy.meters;

import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.Scrape.Sample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a query as far as the board and the alerts go, and holds its names to a scrape: those of meters and labels, and the
 * values of labels. Each part gives the labels that its result has, so that two parts that can never meet are found, too.
 */
final class PromQl {

    /** Of a query that would find nothing, or not what it says. */
    static final class Fault extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Fault(String message) {
            super(message);
        }
    }

    /** What Prometheus itself adds to each series. */
    static final Set<String> OF_THE_TARGET = Set.of("job", "instance");

    /** What it adds for each target: whether it answered. The alerts know the gateways by the name of their job. */
    private static final Sample UP = new Sample("up", Map.of("job", "understudy"), 1, "");

    /** In a query of the board, any value. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\w+");

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*\")" // 1: text
                    + "|(\\d+(?:\\.\\d+)?[smhdw]?)" // 2: number or time
                    + "|([a-zA-Z_:][\\w:]*)" // 3: name
                    + "|(=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}\\[\\],]))"); // 4: sign

    private static final List<Set<String>> BINDING = List.of(
            Set.of("or"),
            Set.of("and", "unless"),
            Set.of("==", "!=", ">", "<", ">=", "<="),
            Set.of("+", "-"),
            Set.of("*", "/", "%"),
            Set.of("^"));

    private static final Set<String> AGGREGATIONS = Set.of("sum", "min", "max", "avg", "count");

    private static final Set<String> FUNCTIONS =
            Set.of("rate", "increase", "changes", "histogram_quantile", "vector", "absent");

    /** What a part gives. @param labels of its series; empty: it is a number */
    private record Given(Optional<Set<String>> labels) {

        static final Given NUMBER = new Given(Optional.empty());

        static Given series(Collection<String> labels) {
            return new Given(Optional.of(new TreeSet<>(labels)));
        }

        Set<String> all() {
            return labels.orElseThrow(() -> new Fault("a number (expected: series)"));
        }
    }

    private final Scrape scrape;
    private final List<String> tokens = new ArrayList<>();
    private int at;

    private PromQl(String query, Scrape scrape) {
        this.scrape = scrape;
        String text = query.replaceAll("\\[\\$\\w+]", "[5m]");
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length() && !text.substring(end).isBlank()) {
            if (!token.find(end) || token.start() != end) {
                throw new Fault("cannot be read from '" + text.substring(end) + "' on");
            }
            tokens.add(token.group().strip());
            end = token.end();
        }
    }

    /**
     * @return the labels of its result
     * @throws Fault if it names what is not there
     */
    static Set<String> labels(String query, Scrape scrape) {
        try {
            PromQl read = new PromQl(query, scrape);
            Set<String> labels = read.binary(0).all();
            if (read.at < read.tokens.size()) {
                throw new Fault("'" + read.tokens.get(read.at) + "' is too much");
            }
            return labels;
        } catch (Fault fault) {
            throw new Fault(query + ": " + fault.getMessage());
        }
    }

    private Given binary(int binding) {
        if (binding == BINDING.size()) {
            return primary();
        }
        Given left = binary(binding + 1);
        while (BINDING.get(binding).contains(peek())) {
            String operator = next();
            boolean compares = take("bool");
            Optional<Set<String>> on = take("on") ? Optional.of(names()) : Optional.empty();
            Optional<Set<String>> ignoring = take("ignoring") ? Optional.of(names()) : Optional.empty();
            boolean many = take("group_left");
            if (many) {
                expect("(");
                expect(")");
            }
            left = together(operator, left, binary(binding + 1), on, ignoring, compares || many);
        }
        return left;
    }

    private Given together(
            String operator,
            Given left,
            Given right,
            Optional<Set<String>> on,
            Optional<Set<String>> ignoring,
            boolean keepsLeft) {
        if (left.labels().isEmpty() || right.labels().isEmpty()) {
            return left.labels().isPresent() ? left : right;
        }
        if (operator.equals("or")) {
            // Only these are sure to be there.
            Set<String> both = new TreeSet<>(left.all());
            both.retainAll(right.all());
            return Given.series(both);
        }
        Set<String> meetsLeft = met(left.all(), on, ignoring);
        Set<String> meetsRight = met(right.all(), on, ignoring);
        if (!meetsLeft.equals(meetsRight)) {
            throw new Fault("series by " + meetsLeft + " never meet series by " + meetsRight);
        }
        boolean filters = operator.equals("and") || operator.equals("unless");
        return filters || keepsLeft ? left : Given.series(meetsLeft);
    }

    private static Set<String> met(Set<String> labels, Optional<Set<String>> on, Optional<Set<String>> ignoring) {
        on.ifPresent(names -> areThere(names, labels));
        Set<String> met = new TreeSet<>(labels);
        on.ifPresent(met::retainAll);
        ignoring.ifPresent(met::removeAll);
        return met;
    }

    private Given primary() {
        String token = next();
        if (token.equals("(")) {
            Given inner = binary(0);
            expect(")");
            return inner;
        }
        if (Character.isDigit(token.charAt(0))) {
            return Given.NUMBER;
        }
        if (AGGREGATIONS.contains(token)) {
            return aggregation();
        }
        if (peek().equals("(")) {
            return function(token);
        }
        return selector(token);
    }

    private Given aggregation() {
        boolean without = take("without");
        Set<String> names = without || take("by") ? names() : Set.of();
        expect("(");
        Set<String> inner = binary(0).all();
        expect(")");
        areThere(names, inner);
        Set<String> left = new TreeSet<>(inner);
        if (without) {
            left.removeAll(names);
        } else {
            left.retainAll(names);
        }
        return Given.series(left);
    }

    private Given function(String name) {
        if (!FUNCTIONS.contains(name)) {
            throw new Fault("'" + name + "' is no function that is known here");
        }
        expect("(");
        List<Given> arguments = new ArrayList<>();
        do {
            arguments.add(binary(0));
        } while (take(","));
        expect(")");
        Given last = arguments.get(arguments.size() - 1);
        if (name.equals("vector")) {
            return Given.series(Set.of());
        }
        if (name.equals("absent")) {
            return Given.series(Set.of("job"));
        }
        if (name.equals("histogram_quantile")) {
            areThere(Set.of("le"), last.all());
            Set<String> left = new TreeSet<>(last.all());
            left.remove("le");
            return Given.series(left);
        }
        return last;
    }

    private Given selector(String name) {
        List<Sample> found = name.equals("up") ? List.of(UP) : scrape.named(name);
        if (found.isEmpty()) {
            throw new Fault("no meter is called " + name);
        }
        Set<String> labels = labels(found);
        if (take("{")) {
            while (!take("}")) {
                found = matching(name, found, labels);
                take(",");
            }
        }
        if (take("[")) {
            next();
            expect("]");
        }
        if (take("offset")) {
            next();
        }
        if (found.isEmpty()) {
            throw new Fault("no series of " + name + " has all of that");
        }
        return Given.series(labels(found));
    }

    private List<Sample> matching(String meter, List<Sample> found, Set<String> labels) {
        String label = next();
        String operator = next();
        String text = next();
        String value = text.substring(1, text.length() - 1);
        areThere(Set.of(label), labels);
        if (VARIABLE.matcher(value).matches()) {
            return found;
        }
        List<String> values = operator.endsWith("~") ? List.of(value.split("\\|")) : List.of(value);
        for (String one : values) {
            if (scrape.named(meter).stream().noneMatch(has(label, one))
                    && !has(label, one).test(UP)) {
                throw new Fault("no series of %s has %s=\"%s\"".formatted(meter, label, one));
            }
        }
        Predicate<Sample> any = values.stream()
                .map(one -> has(label, one))
                .reduce(Predicate::or)
                .orElseThrow();
        return found.stream()
                .filter(operator.startsWith("!") ? any.negate() : any)
                .toList();
    }

    private static Predicate<Sample> has(String label, String value) {
        return sample -> value.equals(sample.labels().get(label));
    }

    private static Set<String> labels(List<Sample> samples) {
        Set<String> labels = new LinkedHashSet<>(OF_THE_TARGET);
        samples.forEach(sample -> labels.addAll(sample.labels().keySet()));
        return labels;
    }

    private static void areThere(Set<String> names, Set<String> labels) {
        for (String name : names) {
            if (!labels.contains(name)) {
                throw new Fault("no label '%s' (there are: %s)".formatted(name, labels));
            }
        }
    }

    private Set<String> names() {
        expect("(");
        Set<String> names = new TreeSet<>();
        while (!take(")")) {
            names.add(next());
            take(",");
        }
        return names;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        if (at == tokens.size()) {
            throw new Fault("ends too early");
        }
        return tokens.get(at++);
    }

    private boolean take(String token) {
        boolean there = peek().equals(token);
        at += there ? 1 : 0;
        return there;
    }

    private void expect(String token) {
        String found = next();
        if (!found.equals(token)) {
            throw new Fault("'%s' (expected: %s)".formatted(found, token));
        }
    }
}
