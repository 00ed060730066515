package dev.understudy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.Hold;
import dev.understudy.journal.Event;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the kinds and facts in docs/reference/events.md to those that a running gateway tells of. */
class EventsReferenceTests {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| [^|]* \\| (`[^|]*) \\|$");
    private static final Pattern WORD = Pattern.compile("`([a-z-]+)`");

    @Test
    void theReferenceHasEachKindWithItsFacts() throws Exception {
        Map<String, Set<String>> documented = documented();

        assertThat(documented.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Kind.values()).map(Kind::word).toList());
        assertThat(told()).isEqualTo(documented);
    }

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> kinds = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("docs/reference/events.md")))
                .results()
                .forEach(row -> kinds.put(row.group(1), words(row.group(2))));
        return kinds;
    }

    private static Set<String> words(String cell) {
        return WORD.matcher(cell).results().map(word -> word.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is told while every kind of event happens. */
    private static Map<String, Set<String>> told() throws Exception {
        RawEndpoint first = RawEndpoint.answering(200, "first");
        RawEndpoint second = RawEndpoint.answering(200, "second");
        String document = Documents.things(first.url(), second.url());
        try (RunningGateway gateway = RunningGateway.serving(Map.of("a.yaml", document))) {
            Events events = gateway.bean(Events.class);
            first.die();
            for (int i = 0; i < 3; i++) {
                call(gateway);
            }
            second.die();
            call(gateway);
            Hold hold = new Hold(
                    second.url(),
                    Hold.Kind.DOWN,
                    Instant.now(),
                    Optional.of(Instant.now().plusSeconds(60)),
                    "as a test says",
                    "anna");
            gateway.bean(HealthListener.class).held(hold);
            gateway.bean(HealthListener.class).letGo(hold, "its time is over");
            first.revive();
            until(events, Kind.BACK);
            gateway.write("a.yaml", "openapi: 3.0.3\n");
            until(events, Kind.REFUSED);
            Files.delete(gateway.folder().resolve("a.yaml"));
            until(events, Kind.GONE);
            return events.after(0).stream()
                    .collect(Collectors.groupingBy(
                            event -> event.kind().word(),
                            TreeMap::new,
                            Collectors.flatMapping(
                                    (Event event) -> event.facts().keySet().stream(),
                                    Collectors.toCollection(TreeSet::new))));
        } finally {
            first.close();
            second.close();
        }
    }

    private static void call(RunningGateway gateway) throws IOException {
        RawCaller.call(gateway.plainPort(), "GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static void until(Events events, Kind kind) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> events.after(0).stream().anyMatch(event -> event.kind() == kind));
    }
}
