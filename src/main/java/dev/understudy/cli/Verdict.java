package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a gateway says of one API that is to be deployed.
 *
 * @param from where it is here; empty: nowhere
 * @param answer to its deployment, or what the gateway says of one that is nowhere here
 */
record Verdict(String id, String from, Kind kind, Answer answer) {

    /** More of each in a text than anybody will read. */
    static final int MOST_LINES = 100;

    /** What it is to the gateway. */
    enum Kind {
        CREATED('+'),
        REPLACED('~'),
        UNCHANGED('='),
        /** It is deployed, and not here. */
        MISSING('-'),
        REFUSED('!');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param answer to a {@code PUT} of an API, or to what is like one */
    static Verdict of(String id, String from, Answer answer) {
        return new Verdict(id, from, answer.refused() ? Kind.REFUSED : kind(answer.body()), answer);
    }

    private static Kind kind(Facts change) {
        return switch (change.text("result")) {
            case "created" -> Kind.CREATED;
            case "replaced" -> Kind.REPLACED;
            case "unchanged" -> Kind.UNCHANGED;
            default ->
                throw new CommandFailed("The gateway does not say what came of it (expected: created, replaced or"
                        + " unchanged). Is it of another version?");
        };
    }

    /** In lines, the first of which is about the whole. */
    List<String> text(Output output) {
        List<String> lines = new ArrayList<>();
        lines.add(paint(output).apply(kind.sign + " " + OneLine.of(id) + ": " + first()));
        if (kind == Kind.REFUSED) {
            answer.why(from).forEach(why -> lines.add("    " + why));
        } else if (kind != Kind.MISSING) {
            changes(output, lines);
        }
        answer.warnings(from).forEach(warning -> lines.add("    warning: " + warning));
        return lines;
    }

    ObjectNode json() {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("id", id).put("from", from.isEmpty() ? null : from).put("result", kind.word());
        JsonNode body = answer.body().node();
        return switch (kind) {
            case REFUSED -> json.set("problem", body);
            case MISSING -> json.set("api", body);
            case CREATED, REPLACED, UNCHANGED -> json.set("change", body);
        };
    }

    private String first() {
        boolean dry = answer.body().flag("dryRun");
        String origin = from.isEmpty() ? "" : ", from " + from;
        String revision = answer.body()
                .number("revision")
                .map(number ->
                        (kind == Kind.UNCHANGED ? ", is revision " : dry ? ", would be revision " : ", now revision ")
                                + number)
                .orElse("");
        return switch (kind) {
            case CREATED -> (dry ? "not deployed yet" : "created") + revision + origin;
            case REPLACED -> (dry ? "differs" : "replaced") + revision + origin;
            case UNCHANGED -> "unchanged" + revision + origin;
            case MISSING -> "deployed, and not here";
            case REFUSED -> "refused" + origin;
        };
    }

    private void changes(Output output, List<String> lines) {
        Facts operations = answer.body().at("operations");
        int before = lines.size();
        add(lines, operations.list("added"), each -> output.good("    + " + operation(each)));
        add(
                lines,
                operations.list("changed"),
                each -> output.attention(
                        "    ~ " + operation(each) + "  (" + String.join(", ", each.texts("aspects")) + ")"));
        add(lines, operations.list("removed"), each -> output.bad("    - " + operation(each)));
        operations.number("more").filter(more -> more > 0).ifPresent(more -> lines.add("    … and " + more + " more"));
        Facts endpoints = answer.body().at("endpoints");
        add(lines, endpoints.texts("added"), url -> output.good("    + endpoint " + url));
        add(lines, endpoints.texts("removed"), url -> output.bad("    - endpoint " + url));
        if (kind == Kind.REPLACED && lines.size() == before) {
            lines.add("    nothing of what is served: only what was deployed, or where");
        }
    }

    private static <T> void add(List<String> lines, List<T> all, Function<T, String> line) {
        all.stream().limit(MOST_LINES).map(line).forEach(lines::add);
        if (all.size() > MOST_LINES) {
            lines.add("    … and " + (all.size() - MOST_LINES) + " more (--format json has them)");
        }
    }

    private static String operation(Facts operation) {
        String host = operation.text("virtualHost", "localhost");
        return operation.text("method") + " " + operation.text("path")
                + (host.equals("localhost") ? "" : " at " + host);
    }

    private Function<String, String> paint(Output output) {
        return switch (kind) {
            case CREATED -> output::good;
            case REPLACED -> output::attention;
            case MISSING, REFUSED -> output::bad;
            case UNCHANGED -> text -> text;
        };
    }
}
