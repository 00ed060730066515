package dev.understudy.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says why a request went where it did, or where one would go. */
@Command(
        name = "explain",
        sortOptions = false,
        header = "Say why a request went where it did, or where one would go.",
        description =
                "With --request it is about one that came; the gateway remembers the last 1,000. With a method and a path"
                        + " it is about one that nobody sends.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  understudy explain --request 0b4c9f4e-3f0a-4c39-a9a3-0d1f8a4f6d5e",
            "  understudy explain GET /pizzashack/1.0.0/menu",
            "  understudy explain POST /pizzashack/1.0.0/order --body 200 --keytype sandbox"
        })
final class ExplainCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..2",
            paramLabel = "[[<method>] <path>]",
            hideParamSyntax = true,
            description = "The method, which may be left out for GET, and the path, escaped as it would be.")
    private List<String> target = new ArrayList<>();

    @Option(
            names = {"-r", "--request"},
            paramLabel = "<id>",
            description = "The X-Request-Id of a request that came.")
    private Optional<String> request = Optional.empty();

    @Option(names = "--host", paramLabel = "<host>", description = "The Host of the request, with or without port.")
    private Optional<String> host = Optional.empty();

    @Option(names = "--keytype", paramLabel = "<type>", description = "What its token is for: production or sandbox.")
    private Optional<String> keyType = Optional.empty();

    @Option(names = "--body", paramLabel = "<bytes>", description = "How many bytes its body has.")
    private Optional<Long> body = Optional.empty();

    @Option(names = "--idempotency-key", description = "It has the header Idempotency-Key.")
    private boolean idempotencyKey;

    @Option(names = "--preflight", description = "It is a preflight of a browser.")
    private boolean preflight;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        if (request.isPresent() != target.isEmpty()) {
            throw usage("expected: either --request, or a method and a path");
        }
        Map<String, String> question = question();
        if (request.isPresent() && !question.isEmpty()) {
            throw usage("--request with --" + question.keySet().iterator().next() + " (expected: it alone)");
        }
        AdminClient client = gateway.client();
        Facts answer = request.map(id ->
                        client.get("/api/v1/requests/" + AdminUrl.escaped(id)).orThrow(id))
                .orElseGet(() ->
                        client.get("/api/v1/explain" + AdminUrl.query(question)).orThrow())
                .body();
        if (output.json()) {
            output.print(answer.node());
        } else if (request.isPresent()) {
            printStory(answer);
        } else {
            printForecast(answer);
        }
        return ExitCode.FINE;
    }

    private Map<String, String> question() {
        Map<String, String> question = new LinkedHashMap<>();
        if (!target.isEmpty()) {
            boolean bare = target.size() == 1;
            question.put("method", bare ? "GET" : target.get(0));
            question.put("path", target.get(bare ? 0 : 1));
        }
        host.ifPresent(given -> question.put("host", given));
        keyType.ifPresent(given -> question.put("keytype", given));
        body.ifPresent(given -> question.put("body", String.valueOf(given)));
        if (idempotencyKey) {
            question.put("idempotency-key", "true");
        }
        if (preflight) {
            question.put("preflight", "true");
        }
        return question;
    }

    private void printStory(Facts told) {
        output.line(told.text("method") + " " + told.text("path") + " at " + told.text("at") + ", "
                + told.number("status")
                        .filter(status -> status > 0)
                        .map(status -> "answered with " + status)
                        .orElse("not answered")
                + " after " + told.text("ms") + " ms");
        output.blank();
        output.lines(told.texts("text"));
        if (!told.list("attempts").isEmpty()) {
            Table attempts = new Table(5, "#", "ENDPOINT", "ASKED BY", "TOOK", "REACHED", "OUTCOME", "THEN");
            told.list("attempts")
                    .forEach(attempt -> attempts.row(
                            text -> text.startsWith("answered") ? output.good(text) : output.bad(text),
                            position(attempt),
                            attempt.text("endpoint"),
                            attempt.text("why"),
                            attempt.text("ms") + " ms",
                            attempt.text("reached"),
                            (attempt.text("outcome") + " " + attempt.text("status")).strip(),
                            attempt.text("next")));
            output.blank();
            output.lines(attempts.lines());
        }
        printLine(told, "How the endpoints stood when it came:");
    }

    private void printForecast(Facts explanation) {
        String outcome = explanation.text("outcome");
        String answer = (explanation.text("status") + " " + explanation.text("code")).strip();
        output.line(outcome.equals("forwarded") ? output.good(outcome) : output.bad((outcome + " " + answer).strip()));
        output.blank();
        output.lines(explanation.texts("text"));
        printLine(explanation, "The endpoints, in the order in which they are asked:");
        printBranches(explanation.list("outcomes"));
    }

    private void printBranches(List<Facts> branches) {
        if (branches.isEmpty()) {
            return;
        }
        Table table = new Table("IF EACH", "THESE ARE ASKED", "UNTIL", "THE CALLER GETS");
        for (Facts branch : branches) {
            String asked =
                    branch.list("asked").stream().map(ExplainCommand::position).collect(Collectors.joining(", "));
            table.row(
                    (branch.text("outcome") + " " + branch.text("answered")).strip(),
                    asked,
                    branch.text("end"),
                    (branch.text("status") + " " + branch.text("code", "of the endpoint")).strip());
        }
        output.blank();
        output.line("What would follow if the same came of asking each:");
        output.lines(table.lines());
    }

    private void printLine(Facts facts, String title) {
        if (facts.list("line").isEmpty()) {
            return;
        }
        Table line = new Table(1, "#", "STATE", "ENDPOINT", "WHY");
        facts.list("line")
                .forEach(place -> line.row(
                        text -> text.equals("ready") ? output.good(text) : output.attention(text),
                        position(place),
                        place.text("state"),
                        place.text("endpoint"),
                        place.text("why")));
        output.blank();
        output.line(title);
        output.lines(line.lines());
    }

    private static String position(Facts place) {
        return place.number("position").map(String::valueOf).orElse("-");
    }

    private ParameterException usage(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
