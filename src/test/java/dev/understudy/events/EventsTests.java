package dev.understudy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.journal.Event;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import dev.understudy.journal.RecentRequests;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events of a running gateway whose endpoint fails and comes back, and whose documents change. */
class EventsTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private RawEndpoint first;
    private RawEndpoint second;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        first = RawEndpoint.answering(200, "first");
        second = RawEndpoint.answering(200, "second");
        // A loaded machine may take a while to refuse the first one.
        String document =
                Documents.things(first.url(), second.url()).replace("connectTimeout: 500ms", "connectTimeout: 5s");
        gateway = RunningGateway.serving(Map.of("a.yaml", document));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        first.close();
        second.close();
    }

    @Test
    void aKilledEndpointIsToldFromTheFirstFailoverToItsReturn() throws Exception {
        first.die();
        for (int i = 0; i < 5; i++) {
            call("first-" + i);
        }

        Event failover = only(Kind.FAILOVER);
        assertThat(failover.text()).isEqualTo("Test 1: " + first.url() + " -> " + second.url() + ": refused");
        assertThat(failover.facts())
                .containsEntry("from", "1")
                .containsEntry("to", "2")
                .containsEntry("reason", "refused")
                .containsEntry("operation", "GET /thing")
                .containsEntry("request", "first-0")
                .containsEntry("count", "1");
        Event suspended = only(Kind.SUSPENDED);
        assertThat(suspended.facts()).containsEntry("endpoint", first.url()).containsEntry("audience", "all groups");
        assertThat(suspended.number()).isGreaterThan(failover.number());

        first.revive();
        await().atMost(SOON).untilAsserted(() -> assertThat(all(Kind.BACK)).hasSize(1));
        assertThat(only(Kind.BACK).facts()).containsEntry("endpoint", first.url());
    }

    @Test
    void requestsThatNobodyAnsweredAreTold() throws Exception {
        first.die();
        second.die();
        call("lost");

        assertThat(only(Kind.GIVEN_UP).facts())
                .containsEntry("from", "2")
                .containsEntry("reason", "refused")
                .containsEntry("request", "lost");
    }

    @Test
    void whatBecomesOfDocumentsIsTold() throws Exception {
        assertThat(only(Kind.SERVED).facts()).containsEntry("name", "a.yaml").containsEntry("api", "Test 1");

        gateway.write("b.yaml", "openapi: 3.0.3\n");
        await().atMost(SOON).untilAsserted(() -> assertThat(all(Kind.REFUSED)).hasSize(1));
        assertThat(only(Kind.REFUSED).facts()).containsEntry("name", "b.yaml").containsKey("first-fault");

        Files.delete(gateway.folder().resolve("a.yaml"));
        await().atMost(SOON).untilAsserted(() -> assertThat(all(Kind.GONE)).hasSize(1));
    }

    private void call(String id) throws IOException {
        RawCaller.call(gateway.plainPort(), "GET /a/thing HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n\r\n");
        await().atMost(SOON)
                .until(() -> gateway.bean(RecentRequests.class).find(id).isPresent());
    }

    private Event only(Kind kind) {
        assertThat(all(kind)).hasSize(1);
        return all(kind).get(0);
    }

    private List<Event> all(Kind kind) {
        return gateway.bean(Events.class).after(0).stream()
                .filter(event -> event.kind() == kind)
                .toList();
    }
}
