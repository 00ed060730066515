package dev.understudy.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.journal.RecentRequests;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint is taken out for maintenance, through the wire, while requests come all the time. */
class MaintenanceTests {

    private static final int CALLERS = 4;
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Longer than a restart takes on a busy machine. */
    private static final Duration MAINTENANCE = Duration.ofSeconds(20);

    /** Of each caller between two requests, so that endpoints can remember them all. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** Requests that have to be answered before it is said that none of them went to the endpoint. */
    private static final int MANY = 500;

    private final RawEndpoint first = RawEndpoint.answering(200, "first");
    private final RawEndpoint second = RawEndpoint.answering(200, "second");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();

    @TempDir
    private Path store;

    private RunningGateway gateway;

    @BeforeEach
    void begin() {
        gateway = start();
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        threads.shutdownNow();
        first.close();
        second.close();
    }

    @Test
    void noRequestFailsAndNoneGoesThereFromTheDrainOnOverARestartUntilItsTimeEnds() throws Exception {
        Traffic traffic = new Traffic();
        await().atMost(SOON).until(() -> answered.get() > MANY);
        assertThat(first.requests()).isNotEmpty();

        Instant until = drain(MAINTENANCE);
        await().atMost(SOON).until(() -> inFlight() == 0);
        int drained = first.requests().size();
        pass(MANY);
        traffic.end();
        assertThat(first.requests()).hasSize(drained);

        gateway.close();
        gateway = start();
        Traffic more = new Traffic();
        pass(MANY);
        assertThat(first.requests()).as("in force after a restart").hasSize(drained);
        assertThat(JsonPath.<String>read(endpoint(), "$.override.state")).isEqualTo("draining");

        Instant[] back = new Instant[1];
        await().atMost(MAINTENANCE.plus(SOON)).until(() -> {
            back[0] = Instant.now();
            return first.requests().size() > drained;
        });
        assertThat(back[0]).isAfterOrEqualTo(until);
        assertThat(JsonPath.<Object>read(endpoint(), "$.override")).isNull();
        pass(MANY);
        more.end();
        assertThat(failures).isEmpty();
    }

    @Test
    void aRequestThatIsThereEndsWhole() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        first.nowDoes((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nbegun and ");
            if (held.await(20, TimeUnit.SECONDS)) {
                connection.send("ended");
            }
        });
        Future<RawMessage> inFlight = threads.submit(this::get);
        await().atMost(SOON).until(() -> first.requests().size() == 1);

        for (String state : List.of("draining", "down")) {
            assertThat(put(first, "{\"state\": \"" + state + "\"}").statusCode())
                    .isEqualTo(200);
            assertThat(get().text()).isEqualTo("second");
            assertThat(inFlight()).isEqualTo(1);
        }
        held.countDown();

        assertThat(inFlight.get(10, TimeUnit.SECONDS).text()).isEqualTo("begun and ended");
        await().atMost(SOON).until(() -> inFlight() == 0);
        assertThat(first.requests()).hasSize(1);
    }

    @Test
    void requestsThatWaitForAPlaceThereGoOnToTheNextOne() throws Exception {
        gateway.close();
        gateway = start("advanceEndpointConfig: {", "advanceEndpointConfig: {circuitBreakers: {maxConnections: 1}, ");
        CountDownLatch held = new CountDownLatch(1);
        first.nowDoes((request, connection) -> {
            held.await(20, TimeUnit.SECONDS);
            connection.answer(200, "first");
        });
        Future<RawMessage> there = threads.submit(this::get);
        await().atMost(SOON).until(() -> first.requests().size() == 1);
        List<Future<RawMessage>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(threads.submit(() -> call("POST")));
        }
        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> waiting.stream().noneMatch(Future::isDone));

        put(first, "{\"state\": \"draining\"}");
        held.countDown();

        assertThat(there.get(10, TimeUnit.SECONDS).text()).isEqualTo("first");
        for (Future<RawMessage> each : waiting) {
            assertThat(each.get(10, TimeUnit.SECONDS).text()).isEqualTo("second");
        }
        assertThat(first.requests()).hasSize(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                gateway.bean(RecentRequests.class).latest())
                        .filteredOn(request -> request.attempts().get(0).word().equals("held"))
                        .isNotEmpty()
                        .allMatch(request -> request.attempts().size() == 2));
    }

    @Test
    void aReloadChangesNothingAndANewListOfTheSameUrlIsHeldToo() throws Exception {
        put(first, "{\"state\": \"down\"}");

        gateway.write(
                "b.yaml",
                Documents.things(first.url(), second.url()).replace("/a", "/b").replace("Test", "Other"));
        gateway.write("a.yaml", document("info:", "# Changed.\ninfo:"));
        await().atMost(SOON).until(() -> call("GET", "/b/thing").status() == 200);

        assertThat(call("GET", "/b/thing").text()).isEqualTo("second");
        assertThat(get().text()).isEqualTo("second");
        assertThat(JsonPath.<List<String>>read(endpoint(), "$.lists[*].state")).containsExactly("down", "down");

        put(first, "{\"state\": \"auto\"}");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(call("GET", "/b/thing").text()).isEqualTo("first"));
    }

    private RunningGateway start() {
        return start("#", "#");
    }

    private RunningGateway start(String part, String instead) {
        return RunningGateway.serving(
                Map.of("a.yaml", document(part, instead)),
                "understudy.store.directory=" + store.resolve("data"),
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x");
    }

    private String document(String part, String instead) {
        return Documents.things(first.url(), second.url())
                .replace(
                        "connectTimeout: 500ms, responseTimeout: 800ms, idleTimeout: 1500ms",
                        "connectTimeout: 10s, responseTimeout: 20s, idleTimeout: 20s")
                .replace(part, instead);
    }

    private Instant drain(Duration time) throws Exception {
        HttpResponse<String> answer = put(
                first, "{\"state\": \"draining\", \"for\": \"" + time.toSeconds() + "s\", \"reason\": \"new disk\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Instant.parse(JsonPath.read(answer.body(), "$.override.until"));
    }

    private HttpResponse<String> put(RawEndpoint endpoint, String body) throws Exception {
        return TlsClient.put(
                gateway.adminPort(),
                "/api/v1/endpoints/" + id(endpoint) + "/override",
                body,
                "Authorization",
                TlsClient.basic("anna", "x"),
                "Content-Type",
                "application/json");
    }

    private String id(RawEndpoint endpoint) throws Exception {
        return JsonPath.<List<String>>read(admin(""), "$.endpoints[?(@.url=='" + endpoint.url() + "')].id")
                .get(0);
    }

    private String endpoint() throws Exception {
        return admin("/" + id(first));
    }

    private int inFlight() throws Exception {
        return JsonPath.read(endpoint(), "$.inFlight");
    }

    private String admin(String path) throws Exception {
        return TlsClient.get(
                        gateway.adminPort(), "/api/v1/endpoints" + path, "Authorization", TlsClient.basic("anna", "x"))
                .body();
    }

    private RawMessage get() throws IOException {
        return call("GET");
    }

    private RawMessage call(String method) throws IOException {
        return call(method, "/a/thing");
    }

    private RawMessage call(String method, String path) throws IOException {
        return RawCaller.call(
                gateway.plainPort(), method + " " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    }

    private void pass(int more) {
        int then = answered.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> answered.get() >= then + more);
    }

    /** Requests that come all the time, also such as must not be sent twice. */
    private final class Traffic {

        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Future<?>> callers = new ArrayList<>();

        Traffic() {
            int port = gateway.plainPort();
            for (int i = 0; i < CALLERS; i++) {
                String method = i % 2 == 0 ? "GET" : "POST";
                callers.add(threads.submit(() -> callSteadily(port, method)));
            }
        }

        void end() throws Exception {
            over.set(true);
            for (Future<?> caller : callers) {
                caller.get(20, TimeUnit.SECONDS);
            }
        }

        private void callSteadily(int port, String method) {
            try (RawCaller caller = new RawCaller(port)) {
                while (!over.get()) {
                    RawMessage answer = caller.send(
                                    method + " /a/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                            .read();
                    if (answer.status() != 200) {
                        failures.add(answer.firstLine() + " " + answer.text());
                    }
                    answered.incrementAndGet();
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
    }
}
