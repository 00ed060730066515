package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole program over real sockets, while its documents change. */
class ReloadTests {

    private static final Duration LIVE_WITHIN = Duration.ofSeconds(2);
    private static final int CALLERS = 4;
    private static final int ROUNDS = 10;

    /** Of each caller, whatever happens. */
    private static final int MOST_REQUESTS = 20_000;

    private Path document;
    private final RawEndpoint one = RawEndpoint.answering(200, "one");
    private final RawEndpoint other = RawEndpoint.answering(200, "other");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private RunningGateway gateway;
    private int port;

    @BeforeEach
    void start() {
        gateway = RunningGateway.serving(Map.of("a.yaml", text(one, false)));
        document = gateway.folder().resolve("a.yaml");
        port = gateway.plainPort();
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        threads.shutdownNow();
        one.close();
        other.close();
    }

    @Test
    void noRequestFailsWhileADocumentChangesTenTimes() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            boolean keepAlive = i % 2 == 0;
            callers.add(threads.submit(() -> callSteadily(keepAlive, over, answered, failures)));
        }
        for (int round = 1; round <= ROUNDS; round++) {
            boolean odd = round % 2 == 1;
            int before = answered.get();
            write(odd ? other : one, odd);
            await().atMost(LIVE_WITHIN)
                    .untilAsserted(() -> assertThat(get("/a/thing").text()).isEqualTo(odd ? "other" : "one"));
            assertThat(get("/a/more").status()).isEqualTo(odd ? 200 : 404);
            assertThat(answered.get()).as("requests went on").isGreaterThan(before);
        }
        over.set(true);
        for (Future<?> caller : callers) {
            caller.get(20, TimeUnit.SECONDS);
        }
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isBetween(1_000, CALLERS * MOST_REQUESTS);
    }

    @Test
    void aRequestInFlightEndsWholeOnTheEndpointItWentToWhenItsApiIsChanged() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        Future<RawMessage> inFlight = slowly(changed);
        write(other, false);
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(get("/a/thing").text()).isEqualTo("other"));
        changed.countDown();
        assertThat(inFlight.get(10, TimeUnit.SECONDS).text()).isEqualTo("begun and ended");
        assertThat(inFlight.get().complete()).isTrue();
    }

    @Test
    void aRequestInFlightEndsWholeOnTheEndpointItWentToWhenItsApiIsRemoved() throws Exception {
        CountDownLatch removed = new CountDownLatch(1);
        Future<RawMessage> inFlight = slowly(removed);
        Files.delete(document);
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(get("/a/thing").status()).isEqualTo(404));
        removed.countDown();
        assertThat(inFlight.get(10, TimeUnit.SECONDS).text()).isEqualTo("begun and ended");
        assertThat(inFlight.get().complete()).isTrue();
    }

    /** A request that the first endpoint answers in two pieces, the second when it is told to. */
    private Future<RawMessage> slowly(CountDownLatch end) {
        AtomicBoolean first = new AtomicBoolean(true);
        one.nowDoes((request, connection) -> {
            if (!first.getAndSet(false)) {
                connection.answer(200, "one");
                return;
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nbegun and ");
            if (end.await(20, TimeUnit.SECONDS)) {
                connection.send("ended");
            }
        });
        Future<RawMessage> inFlight = threads.submit(() -> get("/a/thing"));
        await().until(() -> one.requests().size() == 1);
        return inFlight;
    }

    private void callSteadily(boolean keepAlive, AtomicBoolean over, AtomicInteger answered, Queue<String> failures) {
        RawCaller caller = null;
        try {
            for (int i = 0; i < MOST_REQUESTS && !over.get(); i++) {
                if (caller == null) {
                    caller = new RawCaller(port);
                }
                RawMessage answer = caller.send(request("/a/thing")).read();
                if (answer.status() != 200 || !List.of("one", "other").contains(answer.text())) {
                    failures.add(answer.firstLine() + " " + answer.text());
                }
                answered.incrementAndGet();
                if (!keepAlive) {
                    caller.close();
                    caller = null;
                }
            }
            if (caller != null) {
                caller.close();
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    private RawMessage get(String path) throws IOException {
        return RawCaller.call(port, request(path));
    }

    private static String request(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private void write(RawEndpoint endpoint, boolean more) throws IOException {
        Files.writeString(document, text(endpoint, more));
    }

    private static String text(RawEndpoint endpoint, boolean more) {
        String paths = "/thing:\n  get: {responses: {'200': {description: OK}}}\n";
        String another = "/more:\n  get: {responses: {'200': {description: OK}}}\n";
        // The idle timeout of an answer in flight must outlast the reload.
        return Documents.failover("", more ? paths + another : paths, endpoint.url())
                .replace("idleTimeout: 1500ms", "idleTimeout: 20s");
    }
}
