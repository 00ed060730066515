package dev.understudy.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Takes endpoints out of all lists for a while. */
@Command(
        name = "hold",
        sortOptions = false,
        header = "Take endpoints out of all lists, for maintenance.",
        description = {
            "No request is begun there until they are released, or the time is over. Those in flight end as they would have."
                    + " The last order counts: hold again for another time. For the role admin.",
            "Where one is not known, nothing is changed. Ends with 1 where --wait ended before nothing was in flight."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  understudy endpoints hold http://localhost:2380/v2 --for 15m --wait",
            "  understudy endpoints hold --down ep-b300d0924cd0c18aa1090881"
        })
final class HoldCommand implements Callable<Integer> {

    private static final long PAUSE_MILLIS = 500;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private EndpointsCommand endpoints;

    @Parameters(
            arity = "1..*",
            paramLabel = "<endpoint>",
            description = "Ids or URLs of endpoints, as endpoints has them. A machine may have several.")
    private List<String> named = new ArrayList<>();

    @ArgGroup
    private Kind kind = new Kind();

    /** In which way, if that was said. */
    static final class Kind {

        @Option(names = "--draining", description = "It is still probed. That is so unless --down is set.")
        private boolean draining;

        @Option(names = "--down", description = "The gateway does not connect to it at all.")
        private boolean down;
    }

    @Option(
            names = "--for",
            paramLabel = "<time>",
            converter = Times.class,
            description = "Release them after this time, from 1s to 30d. Until they are released unless set.")
    private Optional<Duration> time = Optional.empty();

    @Option(names = "--reason", paramLabel = "<text>", description = "Why, for others; 200 characters at most.")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--wait", description = "Wait until no request is on its way to them or from them.")
    private boolean wait;

    @Option(
            names = "--wait-at-most",
            paramLabel = "<time>",
            converter = Times.class,
            description = "How long --wait waits. 10m unless set.")
    private Duration patience = Duration.ofMinutes(10);

    @Override
    public Integer call() {
        AdminClient client = endpoints.gateway().client();
        List<Facts> held = new ArrayList<>();
        String state = kind.down ? "down" : "draining";
        for (Facts endpoint : Endpoints.of(client, named)) {
            held.add(Endpoints.override(client, endpoint, state, time, reason));
            tell(held.get(held.size() - 1));
        }
        List<Facts> last = wait ? waited(client, held) : held;
        if (endpoints.output().json()) {
            endpoints.output().print("endpoints", last);
        }
        return wait && !last.stream().allMatch(HoldCommand::isEmpty) ? ExitCode.OBJECTION : ExitCode.FINE;
    }

    private List<Facts> waited(AdminClient client, List<Facts> held) {
        Instant end = Instant.now().plus(patience);
        List<Facts> now = held;
        while (!now.stream().allMatch(HoldCommand::isOver) && Instant.now().isBefore(end)) {
            pause();
            now = now.stream().map(each -> Endpoints.again(client, each)).toList();
        }
        now.forEach(each -> say(each.text("url") + ": " + waitedFor(each)));
        return now;
    }

    private static String waitedFor(Facts endpoint) {
        if (!endpoint.has("override")) {
            return "was released meanwhile, by somebody else or since its time was over";
        }
        return isEmpty(endpoint) ? "nothing is in flight" : "still " + inFlight(endpoint) + " in flight";
    }

    private static boolean isOver(Facts endpoint) {
        return !endpoint.has("override") || isEmpty(endpoint);
    }

    // In no list nothing is sent there.
    private static boolean isEmpty(Facts endpoint) {
        return endpoint.has("override") && endpoint.number("inFlight").orElse(0) == 0;
    }

    private void tell(Facts endpoint) {
        Facts order = endpoint.at("override");
        String until = order.time("until").map(end -> "until " + end).orElse("until it is released");
        say(endpoint.text("url") + ": " + order.text("state") + " " + until + ", " + inFlight(endpoint) + " in flight");
    }

    private static String inFlight(Facts endpoint) {
        return endpoint.number("inFlight").map(String::valueOf).orElse("nothing known");
    }

    private void say(String line) {
        if (!endpoints.output().json()) {
            endpoints.output().line(line);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("Interrupted while waiting; what is held stays held", e);
        }
    }
}
