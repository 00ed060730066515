package dev.understudy.cli;

import dev.understudy.cli.Verdict.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells of each API as soon as it is known; as JSON, of all of them at the end. */
final class Verdicts {

    private final Output output;
    private final List<Verdict> all = new ArrayList<>();

    Verdicts(Output output) {
        this.output = output;
    }

    void add(Verdict verdict) {
        all.add(verdict);
        if (!output.json()) {
            output.lines(verdict.text(output));
        }
    }

    boolean has(Kind... kinds) {
        return all.stream().anyMatch(verdict -> Arrays.asList(kinds).contains(verdict.kind()));
    }

    /** @param notTried how many nothing was asked of, since something went wrong before */
    void end(int notTried) {
        if (output.json()) {
            ObjectNode json = JsonMapper.shared().createObjectNode();
            ArrayNode apis = json.putArray("apis");
            all.forEach(verdict -> apis.add(verdict.json()));
            json.put("notTried", notTried);
            output.print(json);
        } else if (all.size() + notTried > 1) {
            output.line(summary(notTried));
        }
    }

    private String summary(int notTried) {
        Stream<String> kinds = Arrays.stream(Kind.values())
                .filter(this::has)
                .map(kind ->
                        all.stream().filter(verdict -> verdict.kind() == kind).count() + " " + kind.word());
        return Stream.concat(kinds, notTried > 0 ? Stream.of(notTried + " not tried") : Stream.empty())
                .collect(Collectors.joining(", "));
    }
}
