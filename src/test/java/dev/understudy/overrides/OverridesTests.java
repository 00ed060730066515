package dev.understudy.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Member;
import dev.understudy.store.ChangeThread;
import dev.understudy.store.DirectoryStore;
import dev.understudy.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverridesTests {

    private static final String URL = "http://a:8080/x";
    /** Whoever hears that it is held takes time. */
    private static final String SLOW = "http://slow";

    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch slow = new CountDownLatch(1);

    @TempDir
    private Path directory;

    private Store store;
    private Holds holds;
    private Overrides overrides;

    @BeforeEach
    void start() throws IOException {
        store = new DirectoryStore(directory.resolve("data"));
        store.open();
        holds = new Holds();
        overrides = new Overrides(store, holds, new Doubting(), new Listening(), Clock.systemUTC());
        overrides.start();
    }

    @AfterEach
    void stop() throws IOException {
        overrides.stop();
        store.close();
    }

    @Test
    void whatIsHeldIsInForceWhenThatIsAnsweredAndAfterTheNextStart() throws Exception {
        Hold forEver = hold(URL, Optional.empty());
        Hold forAnHour = hold("https://b", Optional.of(Duration.ofHours(1)));

        assertThat(done(overrides.hold(forEver))).isEqualTo(new Outcome.Done());
        assertThat(holds.on(URL)).contains(forEver);
        done(overrides.hold(forAnHour));
        restart();

        assertThat(holds.all()).containsExactlyInAnyOrder(forEver, forAnHour);
    }

    @Test
    void theLastOrderCounts() throws Exception {
        done(overrides.hold(hold(URL, Optional.of(Duration.ofHours(1)))));
        Hold other = new Hold(URL, Hold.Kind.DRAINING, now(), Optional.empty(), "other", "bert");
        done(overrides.hold(other));

        assertThat(holds.all()).containsExactly(other);
        restart();
        assertThat(holds.all()).containsExactly(other);
    }

    @Test
    void whoIsLetGoIsDoubtedFirstAndStaysSoAfterTheNextStart() throws Exception {
        done(overrides.hold(hold(URL, Optional.empty())));

        assertThat(done(overrides.letGo(URL, "bert"))).isEqualTo(new Outcome.Done());

        assertThat(holds.all()).isEmpty();
        assertThat(told)
                .containsExactly("held " + URL, "doubted " + URL + " while held: true", "let go " + URL + " by bert");
        restart();
        assertThat(holds.all()).isEmpty();
    }

    @Test
    void whoIsNotHeldIsLetBe() throws Exception {
        assertThat(done(overrides.letGo(URL, "bert"))).isEqualTo(new Outcome.Done());
        assertThat(told).isEmpty();
    }

    @Test
    void eachEndsByItselfAtItsTime() throws Exception {
        Hold longer = hold("http://longer", Optional.of(Duration.ofHours(1)));
        Hold shorter = hold(URL, Optional.of(Duration.ofMillis(300)));
        done(overrides.hold(longer));
        done(overrides.hold(shorter));
        assertThat(holds.on(URL)).isPresent();

        await().atMost(SOON).until(() -> holds.on(URL).isEmpty());

        assertThat(Instant.now()).isAfterOrEqualTo(shorter.until().orElseThrow());
        await().atMost(SOON).until(() -> told.contains("let go " + URL + " its time is over"));
        assertThat(holds.all()).containsExactly(longer);
        await().atMost(SOON).until(() -> store.holds().equals(List.of(longer)));
    }

    @Test
    void whatWasOverBeforeTheStartIsToldAndNotHeld() throws Exception {
        done(overrides.hold(hold(URL, Optional.of(Duration.ofMillis(500)))));
        overrides.stop();
        await().atMost(SOON).until(() -> holds.all().stream().allMatch(hold -> hold.isOver(Instant.now())));
        assertThat(store.holds()).hasSize(1);

        restart();

        await().atMost(SOON).until(() -> told.contains("let go " + URL + " its time is over"));
        assertThat(holds.all()).isEmpty();
    }

    @Test
    void whatOthersHoldStaysWhenTheTimeOfOneIsOver() throws Exception {
        done(overrides.hold(hold(URL, Optional.of(Duration.ofMillis(500)))));
        Hold ofOthers = hold("http://of-others", Optional.empty());
        store.keep(
                store.holds(),
                Stream.concat(store.holds().stream(), Stream.of(ofOthers)).toList());

        await().atMost(SOON).until(() -> told.contains("let go " + URL + " its time is over"));

        await().atMost(SOON).untilAsserted(() -> assertThat(store.holds()).containsExactly(ofOthers));
    }

    @Test
    void thereIsAnEndToHowManyAreHeld() throws Exception {
        List<Hold> most = IntStream.range(0, Overrides.MOST_HELD)
                .mapToObj(i -> hold("http://e" + i, Optional.empty()))
                .toList();
        overrides.stop();
        store.keep(store.holds(), most);
        restart();

        assertThat(done(overrides.hold(hold(URL, Optional.empty())))).isEqualTo(new Outcome.TooMany());
        assertThat(done(overrides.hold(most.get(0)))).isEqualTo(new Outcome.Done());
    }

    @Test
    void thereIsAnEndToHowManyChangesWait() throws Exception {
        List<CompletableFuture<Outcome>> changes = Stream.generate(() -> overrides.hold(hold(SLOW, Optional.empty())))
                .limit(ChangeThread.MOST_CHANGES)
                .toList();

        assertThat(done(overrides.letGo(URL, "anna"))).isEqualTo(new Outcome.Busy());
        slow.countDown();
        for (CompletableFuture<Outcome> change : changes) {
            assertThat(done(change)).isEqualTo(new Outcome.Done());
        }
        assertThat(done(overrides.letGo(URL, "anna"))).isEqualTo(new Outcome.Done());
    }

    @Test
    void afterTheEndNothingIsChangedAnyMore() throws Exception {
        overrides.stop();

        assertThat(done(overrides.hold(hold(URL, Optional.empty())))).isEqualTo(new Outcome.Busy());
        assertThat(holds.all()).isEmpty();
    }

    private void restart() throws IOException {
        overrides.stop();
        store.close();
        start();
    }

    private static Outcome done(CompletableFuture<Outcome> change) throws Exception {
        return change.get(5, TimeUnit.SECONDS);
    }

    private static Hold hold(String url, Optional<Duration> time) {
        return new Hold(url, Hold.Kind.DOWN, now(), time.map(now()::plus), "new disk", "anna");
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private void awaitSlow() {
        try {
            assertThat(slow.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Doubting implements HealthRegistry {

        @Override
        public void add(Collection<EndpointGroup> groups) {}

        @Override
        public void retain(Collection<EndpointGroup> groups) {}

        @Override
        public List<Member> members(EndpointGroup group) {
            return List.of();
        }

        @Override
        public void doubt(String url) {
            told.add("doubted " + url + " while held: " + holds.on(url).isPresent());
        }
    }

    private final class Listening implements HealthListener {

        @Override
        public void suspended(Endpoint endpoint, String audience, Duration least, String why) {}

        @Override
        public void back(Endpoint endpoint, String audience, Duration after) {}

        @Override
        public void held(Hold hold) {
            told.add("held " + hold.url());
            if (hold.url().equals(SLOW)) {
                awaitSlow();
            }
        }

        @Override
        public void letGo(Hold hold, String why) {
            told.add("let go " + hold.url() + " " + why);
        }
    }
}
