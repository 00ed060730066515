package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events as those get them who follow them on the admin listener. */
class EventsApiTests {

    private static final String ANNA = TlsClient.basic("anna", "x");

    private RunningGateway gateway;
    private Events events;

    /** Somebody who follows. */
    private static final class Follower implements AutoCloseable {

        private final RawCaller caller;
        private boolean chunked;
        private int left;

        Follower(RawCaller caller, String headers) throws IOException {
            this.caller = caller;
            caller.send("GET /api/v1/events HTTP/1.1\r\nHost: h\r\nAuthorization: " + ANNA + "\r\n"
                    + "Accept: text/event-stream\r\n" + headers + "\r\n");
            assertThat(line("HTTP/1.1")).contains("200");
            while (!line("").isEmpty()) {
                // The rest of the head.
            }
            chunked = true;
            line(":");
        }

        /** The first line from here on that begins so. */
        String line(String start) throws IOException {
            while (true) {
                String line = line(chunked);
                if (line.startsWith(start)) {
                    return line;
                }
            }
        }

        private String line(boolean ofBody) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = read(ofBody); next != '\n'; next = read(ofBody)) {
                line.append((char) next);
            }
            return line.toString().strip();
        }

        private int read(boolean ofBody) throws IOException {
            while (ofBody && left == 0) {
                String size = line(false);
                left = size.isEmpty() ? 0 : Integer.parseInt(size, 16);
            }
            left -= ofBody ? 1 : 0;
            int next = caller.in().read();
            if (next < 0) {
                throw new EOFException();
            }
            return next;
        }

        JsonNode data() throws IOException {
            return JsonMapper.shared().readTree(line("data:").substring("data:".length()));
        }

        @Override
        public void close() throws IOException {
            caller.close();
        }
    }

    @BeforeEach
    void start() {
        gateway = RunningGateway.with(
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x",
                "understudy.admin.users[0].roles=viewer");
        events = gateway.bean(Events.class);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void whatIsRememberedAndWhatComesIsSentOneAfterTheOther() throws Exception {
        events.add(Kind.SUSPENDED, "first", Map.of("endpoint", "http://e"));
        try (Follower follower = follow("")) {
            String first = follower.line("id:");
            assertThat(follower.line("event:")).isEqualTo("event:suspended");
            JsonNode data = follower.data();
            assertThat("id:" + data.get("id").asString()).isEqualTo(first);
            assertThat(data.get("text").asString()).isEqualTo("first");
            assertThat(data.get("facts").get("endpoint").asString()).isEqualTo("http://e");

            events.add(Kind.BACK, "second", Map.of());
            assertThat(follower.line("id:")).isEqualTo(first.replaceAll("-1$", "-2"));
            assertThat(follower.data().get("text").asString()).isEqualTo("second");
        }
    }

    @Test
    void whoComesBackGetsWhatCameInTheMeantime() throws Exception {
        for (String text : List.of("one", "two", "three")) {
            events.add(Kind.BACK, text, Map.of());
        }
        String first = list().get("events").get(0).get("id").asString();

        try (Follower follower = follow("Last-Event-ID: " + first + "\r\n")) {
            assertThat(follower.data().get("text").asString()).isEqualTo("two");
        }
        for (String other : List.of("0abc-2", "nonsense")) {
            try (Follower follower = follow("Last-Event-ID: " + other + "\r\n")) {
                assertThat(follower.data().get("text").asString()).as(other).isEqualTo("one");
            }
        }
    }

    @Test
    void theRememberedOnesCanBeHadAsAList() throws Exception {
        events.add(Kind.BACK, "one", Map.of("a", "b"));
        events.add(Kind.GONE, "two", Map.of());

        JsonNode all = list();
        assertThat(all.get("events")).hasSize(2);
        JsonNode one = all.get("events").get(0);
        assertThat(one.get("id").asString()).isEqualTo(all.get("start").asString() + "-1");
        assertThat(one.get("kind").asString()).isEqualTo("back");
        assertThat(one.get("facts").get("a").asString()).isEqualTo("b");

        JsonNode later = list("Last-Event-ID", one.get("id").asString());
        assertThat(later.get("events")).hasSize(1);
        assertThat(later.get("events").get(0).get("text").asString()).isEqualTo("two");
    }

    @Test
    void onlySoManyFollowAtOnce() throws Exception {
        List<Follower> followers = new ArrayList<>();
        try {
            for (int i = 0; i < EventStream.FOLLOWERS_AT_MOST; i++) {
                followers.add(follow(""));
            }
            HttpResponse<String> oneMore = get("Accept", "text/event-stream");
            assertThat(oneMore.statusCode()).isEqualTo(503);
            assertThat(oneMore.headers().firstValue("Retry-After")).hasValue("10");
            assertThat(oneMore.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(list().get("events").isEmpty()).isTrue();

            followers.remove(0).close();
            await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> followers.add(follow("")));
        } finally {
            for (Follower follower : followers) {
                follower.close();
            }
        }
    }

    @Test
    void nobodyWhoFollowsHoldsUpTheEndOfTheGateway() throws Exception {
        try (Follower follower = follow("")) {
            long began = System.nanoTime();
            gateway.close();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            assertThatThrownBy(() -> follower.line("never")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void onlyReadingIsPossible() throws Exception {
        HttpResponse<String> refused = TlsClient.call(
                "DELETE", gateway.adminPort(), EventsApi.PATH, "Authorization", TlsClient.basic("anna", "x"));
        assertThat(refused.statusCode()).isIn(403, 405);
        assertThat(TlsClient.get(gateway.adminPort(), EventsApi.PATH).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoTakesTooLittleIsEnded() {
        Events many = new Events(1_000);
        EventStream stream = new EventStream(many, Schedulers.parallel());

        StepVerifier.create(stream.after(0), 1)
                .expectNext(EventStream.Sign.BEAT)
                .then(() -> {
                    for (int i = 0; i < EventStream.MOST_WAITING + 100; i++) {
                        many.add(Kind.BACK, "event", Map.of());
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(EventStream.MOST_WAITING)
                .thenConsumeWhile(sign -> true)
                .expectErrorMatches(Exceptions::isOverflow)
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void whereNothingHappensThereIsABeatAndInTheEndTheStreamEnds() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        EventStream stream = new EventStream(new Events(10), time);
        List<EventStream.Sign> came = new ArrayList<>();
        boolean[] ended = new boolean[1];

        stream.after(0).subscribe(came::add, failed -> {}, () -> ended[0] = true);
        time.advanceTimeBy(EventStream.BEAT.multipliedBy(4));
        assertThat(came).hasSize(5).containsOnly(EventStream.Sign.BEAT);
        assertThat(ended[0]).isFalse();
        time.advanceTimeBy(EventStream.LONGEST);
        assertThat(ended[0]).isTrue();
    }

    private Follower follow(String headers) throws IOException {
        return new Follower(RawCaller.overTls(gateway.adminPort()), headers);
    }

    private JsonNode list(String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("Accept", "application/json"));
        all.addAll(List.of(headers));
        HttpResponse<String> answer = get(all.toArray(String[]::new));
        assertThat(answer.statusCode()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private HttpResponse<String> get(String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("Authorization", ANNA));
        all.addAll(List.of(headers));
        return TlsClient.get(gateway.adminPort(), EventsApi.PATH, all.toArray(String[]::new));
    }
}
