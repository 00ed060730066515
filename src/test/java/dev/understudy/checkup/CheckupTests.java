package dev.understudy.checkup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.checkup.Checked.Stage;
import dev.understudy.checkup.Checked.Verdict;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.Names;
import dev.understudy.testkit.RawEndpoint;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.Disposable;

/** What callers in the same process see; all that endpoints can do is tested through the admin API. */
class CheckupTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final ReactorResourceFactory resources = new ReactorResourceFactory();
    private final Names names = new Names();

    @BeforeEach
    void start() {
        resources.setUseGlobalResources(false);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.start();
    }

    @AfterEach
    void stop() {
        resources.stop();
    }

    @Test
    void aNameIsReachedByTheAddressThatIsNotSilent() throws Exception {
        try (BlackHole silent = new BlackHole();
                RawEndpoint endpoint = RawEndpoint.answering(200, "well");
                Checkup checkup = checkup(Duration.ofSeconds(8))) {
            names.put("half.example", silent.port(), endpoint.port());

            Checked checked = one(checkup, "http://half.example/v1");

            assertThat(checked.verdict()).isEqualTo(new Verdict.Answers());
            assertThat(checked.dns().orElseThrow().addresses()).containsExactly("127.0.0.1", "127.0.0.1");
            assertThat(checked.tcp().orElseThrow().address()).isEqualTo("127.0.0.1:" + endpoint.port());
            assertThat(endpoint.onlyRequest().all("host")).containsExactly("half.example");
        }
    }

    @Test
    void aNameWhoseServersAreSilentIsNotReachable() {
        try (Checkup checkup = checkup(Duration.ofMillis(300))) {
            names.put("silent.example");

            Checked checked = one(checkup, "http://silent.example");

            assertThat(checked.verdict()).isInstanceOfSatisfying(Verdict.NotReachable.class, verdict -> {
                assertThat(verdict.stage()).isEqualTo(Stage.DNS);
                assertThat(verdict.reason()).isEqualTo("connect_timeout");
                assertThat(verdict.text()).isEqualTo("No address was found for its name within 300 ms.");
            });
            assertThat(checked.dns()).isEmpty();
        }
    }

    @Test
    void aCheckThatTakesTooLongEndsWithWhatItHas() throws Exception {
        int rounds = 4;
        try (BlackHole silent = new BlackHole();
                Checkup checkup = checkup(Checkup.LONGEST.multipliedBy(2).dividedBy(5))) {
            List<String> urls = Collections.nCopies(rounds * Checkup.AT_ONCE, "http://127.0.0.1:" + silent.port());
            long began = System.nanoTime();

            List<Checked> all = checkup.check("anna", Question.of(urls, Optional.empty()))
                    .blockOptional(SOON)
                    .orElseThrow();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Checkup.LONGEST.plusSeconds(5));
            assertThat(all).hasSize(urls.size());
            assertThat(all.get(0).verdict())
                    .isInstanceOfSatisfying(
                            Verdict.NotReachable.class,
                            verdict -> assertThat(verdict.reason()).isEqualTo("connect_timeout"));
            assertThat(all.get(2 * Checkup.AT_ONCE).verdict())
                    .isInstanceOfSatisfying(
                            Verdict.NotReachable.class,
                            verdict -> assertThat(verdict.reason()).isEqualTo("deadline"));
            assertThat(all.get(urls.size() - 1).verdict()).isEqualTo(new Verdict.NotAsked());
        }
    }

    @Test
    void checksThatAreUnderWayHaveABoundAndOneThatIsCancelledIsOverAtOnce() throws Exception {
        try (RawEndpoint silent = RawEndpoint.doing((request, connection) ->
                        connection.socket().getInputStream().read());
                Checkup checkup = checkup(SOON)) {
            Question question = Question.of(List.of(silent.url().replace("localhost", "127.0.0.1")), Optional.empty());
            List<Disposable> running = IntStream.range(0, Checkup.CHECKS)
                    .mapToObj(i -> checkup.check("user-" + i, question).subscribe(checked -> {}, error -> {}))
                    .toList();
            await().atMost(SOON).until(() -> silent.requests().size() == Checkup.CHECKS);

            assertThatThrownBy(() -> checkup.check("user-0", question).block(SOON))
                    .isInstanceOfSatisfying(
                            Checkup.Busy.class,
                            busy -> assertThat(busy.sameUser()).isTrue());
            assertThatThrownBy(() -> checkup.check("other", question).block(SOON))
                    .isInstanceOfSatisfying(
                            Checkup.Busy.class,
                            busy -> assertThat(busy.sameUser()).isFalse());

            running.get(0).dispose();
            CompletableFuture<?> next = checkup.check("user-0", question).toFuture();
            await().atMost(SOON).until(() -> silent.requests().size() == Checkup.CHECKS + 1);
            assertThat(next).isNotDone();
            running.forEach(Disposable::dispose);
            next.cancel(true);
        }
    }

    @Test
    void aQuestionHasOneTo50Targets() {
        assertThatThrownBy(() -> Question.of(List.of(), Optional.empty())).hasMessage("urls: 0 (expected: 1 to 50)");
        assertThatThrownBy(() -> Question.of(Collections.nCopies(51, "http://a"), Optional.empty()))
                .hasMessage("urls: 51 (expected: 1 to 50)");
        assertThatThrownBy(() -> Question.of(List.of("http://a"), Optional.of("health")))
                .hasMessageContaining("expected: a path such as /health");
    }

    private Checkup checkup(Duration connect) {
        return new Checkup(resources, new Checkup.Limits(connect, SOON, Set.of(503)), names);
    }

    private static Checked one(Checkup checkup, String url) {
        return checkup.check("anna", Question.of(List.of(url), Optional.empty()))
                .blockOptional(SOON)
                .orElseThrow()
                .get(0);
    }
}
