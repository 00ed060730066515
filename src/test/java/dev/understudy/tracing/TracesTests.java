package dev.understudy.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.SpanCollector;
import dev.understudy.testkit.SpanCollector.Taken;
import dev.understudy.testkit.TlsClient;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The spans that a collector gets of requests over real sockets, and what endpoints are told of them. */
@ExtendWith(OutputCaptureExtension.class)
class TracesTests {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SAMPLED = "traceparent: 00-" + TRACE + "-" + CALLER + "-01\r\n";
    private static final String DEAD = "http://127.0.0.1:" + RawEndpoint.deadPort();
    // Sampled, of a trace whose id is random (W3C Trace Context Level 2).
    private static final String RANDOM = "03";
    private static final AtomicInteger IDS = new AtomicInteger();

    private static SpanCollector collector;
    private static RawEndpoint first;
    private static RawEndpoint second;
    private static DisposableServer talking;
    private static RunningGateway gateway;

    private final String id = "request-" + IDS.incrementAndGet();

    @BeforeAll
    static void start() {
        collector = new SpanCollector();
        first = RawEndpoint.answering(200, "first");
        second = RawEndpoint.answering(200, "second");
        talking = HttpServer.create()
                .port(0)
                .route(routes -> routes.ws("/talk", (in, out) -> {
                    String parent = in.headers().get("traceparent");
                    return out.sendString(Flux.just(parent));
                }))
                .bindNow();
        String gone = document("/gone", "get: {responses: {'200': {description: OK}}}", DEAD, DEAD + "/other");
        String talk = document(
                "/talk",
                "get: {responses: {'200': {description: OK}}}",
                DEAD.replace("http", "ws"),
                "ws://localhost:" + talking.port());
        gateway = RunningGateway.serving(
                Map.of(
                        "a.yaml",
                        Documents.things(first.url(), second.url()),
                        "gone.yaml",
                        gone,
                        "talk.yaml",
                        talk,
                        "closed.yaml",
                        document("/closed", "get: {responses: {'200': {description: OK}}}", DEAD)
                                .replace("x-wso2-disable-security: true", "x-wso2-disable-security: false")),
                collector.properties("understudy.access-log=json"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        talking.disposeNow();
        first.close();
        second.close();
        collector.close();
    }

    @BeforeEach
    void wellAgain() {
        first.nowDoes((request, connection) -> connection.answer(200, "first"));
        first.requests().clear();
        second.requests().clear();
    }

    @Test
    void aFailoverIsASpanOfTheRequestAndOneOfEachAttemptBelowIt(CapturedOutput output) throws IOException {
        first.nowDoes((request, connection) -> connection.answer(503, "busy"));

        call(
                "GET /a/t/7/x?token=CANARY",
                SAMPLED + "tracestate: other=1\r\ntracestate: more=2\r\nbaggage: user=anna\r\n"
                        + "Authorization: Bearer CANARY\r\n");

        List<Taken> spans = collector.of(id);
        assertThat(spans).hasSize(3).extracting(Taken::trace).containsOnly(TRACE);
        Taken request = spans.get(0);
        assertThat(request.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(request.parent()).isEqualTo(CALLER);
        assertThat(request.name()).isEqualTo("GET /a/t/{id}/x");
        assertThat(request.failed()).isFalse();
        assertThat(request.attributes())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "http.request.method", "GET",
                        "http.response.status_code", "200",
                        "http.route", "/a/t/{id}/x",
                        "url.scheme", "http",
                        "url.path", "/a/t/7/x",
                        "understudy.request.id", id,
                        "understudy.api", "Test 1",
                        "understudy.operation", "GET /t/{id}/x",
                        "understudy.ending", "whole"));
        Taken one = spans.get(1);
        Taken other = spans.get(2);
        assertThat(List.of(one, other)).extracting(Taken::kind).containsOnly(SpanKind.SPAN_KIND_CLIENT);
        assertThat(List.of(one, other)).extracting(Taken::name).containsOnly("GET /t/{id}/x");
        assertThat(one.failed()).isTrue();
        assertThat(one.attributes())
                .containsEntry("understudy.endpoint.position", "1")
                .containsEntry("understudy.attempt.outcome", "answered")
                .containsEntry("understudy.attempt.why", "first_in_line")
                .containsEntry("understudy.attempt.reached", "head_received")
                .containsEntry("understudy.attempt.next", "repeatable")
                .containsEntry("http.response.status_code", "503")
                .containsEntry("error.type", "503")
                .containsEntry("server.address", "localhost")
                .containsEntry("server.port", String.valueOf(first.port()));
        assertThat(other.failed()).isFalse();
        assertThat(other.attributes())
                .containsEntry("understudy.endpoint.position", "2")
                .containsEntry("understudy.attempt.next", "answer")
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKey("error.type");
        assertThat(one.millis() + other.millis()).isPositive().isLessThanOrEqualTo(request.millis());

        assertThat(first.onlyRequest().all("traceparent")).containsExactly(parent(one, "01"));
        RawMessage seen = second.onlyRequest();
        assertThat(seen.all("traceparent")).containsExactly(parent(other, "01"));
        assertThat(String.join(",", seen.all("tracestate"))).isEqualTo("other=1,more=2");
        assertThat(seen.all("baggage")).containsExactly("user=anna");

        assertThat(collector.spans().toString()).doesNotContain("CANARY");
        await().atMost(Duration.ofSeconds(10)).until(() -> output.toString().contains("\"http.request.id\":\"" + id));
        assertThat(output)
                .contains("\"trace.id\":\"" + TRACE + "\",\"span.id\":\"" + request.id() + "\"")
                .contains("[" + id + " trace " + TRACE + " span " + request.id()
                        + "] failover Test 1 GET /t/{id}/x: 503, 1 ");
    }

    @Test
    void anAttemptThatGotNoAnswerSaysWhyAndHowFarItCame() throws IOException {
        call("GET /gone/gone", "");

        List<Taken> spans = collector.of(id);
        assertThat(spans).hasSize(3).extracting(Taken::failed).containsOnly(true);
        assertThat(spans.get(0).parent()).isEmpty();
        assertThat(spans.get(0).attributes())
                .containsEntry("understudy.code", "102503")
                .containsEntry("http.response.status_code", "503")
                .containsEntry("error.type", "503");
        assertThat(spans.subList(1, 3))
                .allSatisfy(attempt -> assertThat(attempt.attributes())
                        .containsEntry("understudy.attempt.outcome", "refused")
                        .containsEntry("error.type", "refused")
                        .containsEntry("understudy.attempt.reached", "connect")
                        .doesNotContainKey("http.response.status_code"));
        assertThat(spans.get(1).attributes()).containsEntry("understudy.attempt.next", "not_sent");
    }

    @Test
    void whatTheGatewayAnswersItselfIsASpanWithoutAttemptsWhoseNameNoCallerMakesUp() throws IOException {
        String noPath = id + "-a";
        String noToken = id + "-b";
        String madeUp = id + "-c";
        RawCaller.call(gateway.plainPort(), head("GET /nowhere/CANARY", noPath, ""));
        RawCaller.call(gateway.plainPort(), head("GET /closed/closed", noToken, ""));
        RawCaller.call(gateway.plainPort(), head("CANARY /a/thing", madeUp, ""));

        assertThat(collector.of(noPath)).singleElement().satisfies(span -> {
            assertThat(span.name()).isEqualTo("GET");
            assertThat(span.failed()).isFalse();
            assertThat(span.attributes())
                    .containsEntry("http.response.status_code", "404")
                    .containsEntry("understudy.code", "404")
                    .doesNotContainKeys("http.route", "understudy.api");
        });
        assertThat(collector.of(noToken)).singleElement().satisfies(span -> {
            assertThat(span.name()).isEqualTo("GET /closed/closed");
            assertThat(span.attributes()).containsEntry("http.response.status_code", "401");
        });
        assertThat(collector.of(madeUp)).singleElement().satisfies(span -> {
            assertThat(span.name()).isEqualTo("HTTP");
            assertThat(span.attributes())
                    .containsEntry("http.request.method", "_OTHER")
                    .containsEntry("http.request.method_original", "CANARY")
                    .containsEntry("http.response.status_code", "405");
        });
    }

    @Test
    void aHandshakeIsTracedAsAnyOtherRequest() throws Exception {
        StringBuilder said = new StringBuilder();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("X-Request-Id", id)
                .buildAsync(
                        URI.create("ws://localhost:" + gateway.plainPort() + "/talk/talk"), new WebSocket.Listener() {
                            @Override
                            public @Nullable CompletionStage<?> onText(
                                    WebSocket socket, CharSequence data, boolean last) {
                                said.append(data);
                                socket.request(1);
                                return null;
                            }
                        })
                .join();

        List<Taken> spans = collector.of(id);
        assertThat(spans).hasSize(3);
        assertThat(spans.get(0).attributes()).containsEntry("http.response.status_code", "101");
        assertThat(spans.get(1).attributes()).containsEntry("understudy.attempt.outcome", "refused");
        assertThat(spans.get(2).attributes())
                .containsEntry("http.response.status_code", "101")
                .containsEntry("url.scheme", "http");
        assertThat(said).hasToString(parent(spans.get(2), RANDOM));
    }

    @Test
    void aCallerWhoLeavesLeavesAnAttemptWithoutOutcome() throws Exception {
        first.nowDoes((request, connection) -> {});
        try (RawCaller caller = new RawCaller(gateway.plainPort())) {
            caller.send(head("GET /a/thing", id, ""));
            await().atMost(Duration.ofSeconds(10)).until(() -> first.requests().size() == 1);
        }

        List<Taken> spans = collector.of(id);
        assertThat(spans).hasSize(2).extracting(Taken::failed).containsOnly(false);
        assertThat(spans.get(0).attributes())
                .containsEntry("understudy.ending", "caller_left")
                .doesNotContainKey("http.response.status_code");
        assertThat(spans.get(1).attributes())
                .containsEntry("understudy.endpoint.position", "1")
                .doesNotContainKey("understudy.attempt.outcome");
    }

    @Test
    void whatItsCallerDoesNotSampleIsNotExportedAndGoesOnAllTheSame() throws IOException {
        String other = id + "-sampled";
        call("GET /a/thing", SAMPLED.replace("-01", "-00"));
        RawCaller.call(gateway.plainPort(), head("GET /a/thing", other, ""));

        assertThat(collector.of(other)).hasSize(2);
        assertThat(first.requests().get(0).all("traceparent"))
                .singleElement()
                .asString()
                .matches("00-" + TRACE + "-[0-9a-f]{16}-00")
                .doesNotContain(CALLER);
        assertThat(collector.spans())
                .noneMatch(span -> id.equals(span.attributes().get("understudy.request.id")));
    }

    @Test
    void aParentThatIsNoneBeginsANewTrace() throws IOException {
        List<String> malformed = List.of(
                "traceparent: 00-" + TRACE + "-0000000000000000-01\r\ntracestate: other=1\r\n",
                "traceparent: ff-" + TRACE + "-" + CALLER + "-01\r\ntracestate: other=1\r\n",
                "traceparent: CANARY\r\n",
                SAMPLED + SAMPLED);
        for (int i = 0; i < malformed.size(); i++) {
            String each = id + "-" + i;
            RawCaller.call(gateway.plainPort(), head("GET /a/thing", each, malformed.get(i)));

            List<Taken> spans = collector.of(each);
            assertThat(spans).hasSize(2);
            assertThat(spans.get(0).trace()).isNotEqualTo(TRACE);
            assertThat(spans.get(0).parent()).isEmpty();
            assertThat(first.requests().get(i).all("traceparent")).containsExactly(parent(spans.get(1), RANDOM));
            assertThat(first.requests().get(i).all("tracestate")).isEmpty();
        }
    }

    @Test
    void whatIsAskedOfTheGatewayItselfHasNoSpans() throws Exception {
        RawCaller.call(gateway.plainPort(), head("GET /health", id + "-a", ""));
        RawCaller.call(gateway.plainPort(), head("GET /ready", id + "-b", ""));
        TlsClient.get(gateway.adminPort(), "/actuator/health");
        call("GET /a/thing", "");

        Set<String> names = Set.of("GET", "HTTP");
        assertThat(collector.of(id)).hasSize(2);
        assertThat(collector.spans())
                .noneMatch(span ->
                        String.valueOf(span.attributes().get("url.path")).matches("/(health|ready|actuator.*)"))
                .allMatch(span -> names.contains(span.name()) || span.name().contains(" /"));
    }

    @Test
    void noSpanSaysWhatTheReferenceDoesNotHave() throws IOException {
        call("GET /gone/gone", "");
        collector.of(id);

        Set<String> known =
                Arrays.stream(SpanAttribute.values()).map(SpanAttribute::key).collect(Collectors.toSet());
        assertThat(collector.spans())
                .allSatisfy(
                        span -> assertThat(known).containsAll(span.attributes().keySet()));
    }

    private void call(String request, String headers) throws IOException {
        RawCaller.call(gateway.plainPort(), head(request, id, headers));
    }

    private static String head(String request, String id, String headers) {
        return request + " HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n" + headers + "\r\n";
    }

    private static String parent(Taken span, String flags) {
        return "00-" + span.trace() + "-" + span.id() + "-" + flags;
    }

    /** An API of one path, under a base path of the same name. */
    private static String document(String path, String operations, String... urls) {
        return Documents.failover("", path + ":\n  " + operations, urls)
                .replace("basePath: /a", "basePath: " + path)
                .replace("title: Test", "title: Test of " + path.substring(1));
    }
}
