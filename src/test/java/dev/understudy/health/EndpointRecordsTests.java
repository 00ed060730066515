package dev.understudy.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.EndpointGroup.Type;
import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.ProbeListener;
import dev.understudy.endpoint.Trust;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TlsEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class EndpointRecordsTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final FailoverPolicy POLICY = Policies.policy().build();

    private final ReactorResourceFactory resources = new ReactorResourceFactory();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Holds holds = new Holds();
    private EndpointRecords records;

    @BeforeEach
    void start() {
        resources.setUseGlobalResources(false);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.afterPropertiesSet();
        records = records(time);
    }

    @AfterEach
    void stop() {
        records.close();
        resources.destroy();
    }

    @Test
    void membersStandAsTheDocumentListsThem() {
        EndpointGroup group = group("g", POLICY, "http://a/x", "http://b", "http://a/x");
        records.add(List.of(group));

        assertThat(records.members(group)).extracting(Member::position).containsExactly(1, 2, 3);
        assertThat(records.members(group)).extracting(Member::endpoint).isEqualTo(group.endpoints());
        assertThat(records.members(group)).isSameAs(records.members(group));
    }

    @Test
    void whatCannotBeReachedCannotBeReachedByAnybody() {
        EndpointGroup one = group("one", POLICY, "http://a");
        EndpointGroup other = group("other", POLICY, "http://a", "http://b");
        records.add(List.of(one, other));

        health(one, 0).unreachable();
        health(other, 0).unreachable();
        health(one, 0).unreachable();

        assertThat(health(one, 0).suspended()).isTrue();
        assertThat(health(other, 0).suspended()).isTrue();
        assertThat(health(other, 0).failedRecently()).isTrue();
        assertThat(health(other, 1).suspended()).isFalse();
        assertThat(health(other, 1).failedRecently()).isFalse();
    }

    @Test
    void whatCannotBeReachedByOneTrustMayWellBeReachedByAnother() {
        Endpoint url = Endpoint.parse("https://a");
        Endpoint trusting = url.trusting(SelfSigned.of("a").trust());
        EndpointGroup one = group("one", trusting);
        EndpointGroup same = group(
                "same", url.trusting(new Trust(trusting.trust().orElseThrow().certificates())));
        EndpointGroup other = group("other", url);
        records.add(List.of(one, same, other));

        IntStream.range(0, 3).forEach(i -> health(one, 0).unreachable());

        assertThat(health(one, 0).suspended()).isTrue();
        assertThat(health(same, 0).suspended()).isTrue();
        assertThat(health(other, 0).suspended()).isFalse();
        assertThat(health(other, 0).failedRecently()).isFalse();
    }

    @Test
    void whatIsHeldIsHeldInEveryListAlsoForRequestsThatAreOlderThanTheLists() {
        EndpointGroup one = group("one", POLICY, "https://a:443/x", "http://b");
        EndpointGroup other = group("other", POLICY, "http://b", "https://a/x");
        EndpointGroup gone = group("gone", POLICY, "https://a/x");
        records.add(List.of(one, other));
        Hold hold = hold("https://a/x");

        holds.set(List.of(hold));

        assertThat(health(one, 0).hold()).contains(hold);
        assertThat(health(other, 1).hold()).contains(hold);
        assertThat(health(gone, 0).hold()).contains(hold);
        assertThat(health(one, 1).held()).isFalse();
        reload(group("one", POLICY, "https://a/x"));
        assertThat(health(one, 0).held()).isTrue();
    }

    @Test
    void whoIsDownIsNotProbedAndWhoIsDrainingIs() throws Exception {
        try (RawEndpoint down = RawEndpoint.answering(200, "well");
                RawEndpoint draining = RawEndpoint.answering(200, "well")) {
            holds.set(List.of(
                    hold(down.url()),
                    new Hold(draining.url(), Hold.Kind.DRAINING, Instant.EPOCH, Optional.empty(), "", "anna")));
            EndpointRecords real = records(Schedulers.parallel());
            EndpointGroup group =
                    group("g", quick().probePath("/well").probeAlways().build(), down.url(), draining.url());
            real.add(List.of(group));

            await().atMost(LIMIT).until(() -> draining.requests().size() >= 5);
            assertThat(down.connections()).isZero();
            EndpointHealth health = real.members(group).get(0).health();
            assertThat(health.vitals().proved()).isEmpty();

            holds.set(List.of());
            await().atMost(LIMIT).until(() -> health.vitals().proved().isPresent());
            real.close();
        }
    }

    @Test
    void whoIsDoubtedIsAskedLastUntilTheProbeOfEachListHasLookedAtIt() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(404, "not yet")) {
            EndpointRecords real = records(Schedulers.parallel());
            EndpointGroup asking = group("a", quick().probePath("/well").build(), endpoint.url());
            EndpointGroup connecting = group("b", quick().build(), endpoint.url() + "/b");
            real.add(List.of(asking, connecting));
            EndpointHealth answer = real.members(asking).get(0).health();
            EndpointHealth connection = real.members(connecting).get(0).health();

            real.doubt("http://no/such");
            real.doubt(connecting.endpoints().get(0).toString());
            assertThat(answer.suspended()).isFalse();
            assertThat(connection.suspended()).isTrue();
            await().atMost(LIMIT).until(() -> !connection.suspended());

            real.doubt(endpoint.url());
            await().atMost(LIMIT).until(() -> endpoint.requests().size() >= 3);
            assertThat(answer.suspended()).isTrue();
            endpoint.nowDoes((request, line) -> line.answer(200, "well"));
            await().atMost(LIMIT).until(() -> !answer.suspended());
            real.close();
        }
    }

    @Test
    void requestsInFlightAreCountedForAllListsAndOverAReload() {
        EndpointGroup one = group("one", POLICY, "http://a");
        EndpointGroup other = group("other", POLICY, "http://a", "http://b");
        records.add(List.of(one, other));
        EndpointHealth before = health(one, 0);
        before.came();
        health(other, 0).came();
        EndpointGroup same = group("two", POLICY, "http://a");
        reload(same);

        assertThat(health(same, 0).vitals().inFlight()).isEqualTo(2);
        before.left();
        assertThat(health(same, 0).vitals().inFlight()).isEqualTo(1);
    }

    @Test
    void howLongAnEndpointHasBeenAsItIsIsKnownFromBothLevels() {
        EndpointGroup group = group("g", POLICY, "http://a");
        records.add(List.of(group));
        EndpointHealth health = health(group, 0);
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(health.vitals().unchanged()).isEqualTo(Duration.ofSeconds(10));

        IntStream.range(0, 3).forEach(i -> health.failed());
        time.advanceTimeBy(Duration.ofMillis(300));
        IntStream.range(0, 3).forEach(i -> health.unreachable());
        time.advanceTimeBy(Duration.ofMillis(200));

        assertThat(health.vitals().unchanged()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void anotherTrustIsANewBeginning() {
        EndpointGroup before = group("g", Endpoint.parse("https://a"));
        reload(before);
        IntStream.range(0, 3).forEach(i -> health(before, 0).unreachable());
        int size = records.size();

        EndpointGroup after = group(
                "g", Endpoint.parse("https://a").trusting(SelfSigned.of("a").trust()));
        reload(after);

        assertThat(health(after, 0).suspended()).isFalse();
        assertThat(records.size()).isEqualTo(size);
    }

    @Test
    void aSuspendedEndpointComesBackByTheProbeThatJudgesItAsRequestsDo() throws Exception {
        SelfSigned own = SelfSigned.of("localhost");
        try (TlsEndpoint server = new TlsEndpoint(Authority.context(own.keys()), "well")) {
            EndpointRecords real = records(Schedulers.parallel());
            Endpoint url = Endpoint.parse(server.url());
            EndpointGroup trusting = group("a", quick().build(), url.trusting(own.trust()));
            EndpointGroup other = group("b", quick().build(), url);
            real.add(List.of(trusting, other));
            for (EndpointGroup group : List.of(trusting, other)) {
                IntStream.range(0, 3)
                        .forEach(i -> real.members(group).get(0).health().unreachable());
            }

            await().atMost(LIMIT)
                    .until(() -> !real.members(trusting).get(0).health().suspended());

            assertThat(real.members(other).get(0).health().suspended()).isTrue();
            real.close();
        }
    }

    @Test
    void whoFailsByTheMeasureOfOneGroupDoesNotFailForOthers() {
        EndpointGroup one = group("one", POLICY, "http://a");
        EndpointGroup other = group("other", POLICY, "http://a");
        records.add(List.of(one, other));

        IntStream.range(0, 3).forEach(i -> health(one, 0).failed());

        assertThat(health(one, 0).suspended()).isTrue();
        assertThat(health(other, 0).suspended()).isFalse();
        assertThat(health(other, 0).failedRecently()).isFalse();
        health(other, 0).failedAndRests(LIMIT);
        assertThat(health(other, 0).suspended()).isTrue();
    }

    @Test
    void aShortConnectTimeoutSaysSomethingForItsOwnGroupOnly() {
        EndpointGroup hasty =
                group("hasty", Policies.policy().connect(Duration.ofMillis(999)).build(), "http://a");
        EndpointGroup other = group("other", POLICY, "http://a");
        records.add(List.of(hasty, other));

        IntStream.range(0, 3).forEach(i -> health(hasty, 0).connectTimedOut());
        assertThat(health(hasty, 0).suspended()).isTrue();
        assertThat(health(other, 0).suspended()).isFalse();

        IntStream.range(0, 3).forEach(i -> health(other, 0).connectTimedOut());
        assertThat(health(other, 0).suspended()).isTrue();
    }

    @Test
    void aSuccessCountsOnBothLevels() {
        EndpointGroup group = group("g", POLICY, "http://a");
        records.add(List.of(group));
        IntStream.range(0, 2).forEach(i -> health(group, 0).failed());
        IntStream.range(0, 2).forEach(i -> health(group, 0).unreachable());

        health(group, 0).succeeded();
        health(group, 0).failed();
        health(group, 0).unreachable();

        assertThat(health(group, 0).suspended()).isFalse();
    }

    @Test
    void theReachFollowsTheGroupWhoseNameComesFirst() {
        EndpointGroup strict =
                group("a", Policies.policy().suspension(1, LIMIT, LIMIT).build(), "http://a");
        EndpointGroup patient = group("b", POLICY, "http://a");
        records.add(List.of(patient, strict));

        health(patient, 0).unreachable();

        assertThat(health(patient, 0).suspended()).isTrue();
    }

    @Test
    void aSuspensionOutlivesAReloadAndNewTermsCountFromThen() {
        EndpointGroup before = group("g", POLICY, "http://a", "http://b");
        records.add(List.of(before));
        IntStream.range(0, 3).forEach(i -> health(before, 0).failed());
        health(before, 1).failed();

        EndpointGroup after =
                group("g", Policies.policy().suspension(2, LIMIT, LIMIT).build(), "http://c", "http://b", "http://a");
        reload(after);

        assertThat(records.members(after))
                .extracting(member -> member.health().suspended())
                .containsExactly(false, false, true);
        health(after, 1).failed();
        assertThat(health(after, 1).suspended()).isFalse();
        health(after, 1).failed();
        assertThat(health(after, 1).suspended()).isTrue();
    }

    @Test
    void aGroupThatIsGoneIsForgottenAndItsLastRequestsTeachNothing() {
        EndpointGroup group = group("g", POLICY, "http://a");
        records.add(List.of(group));
        health(group, 0).failedAndRests(LIMIT);
        reload();
        assertThat(records.size()).isZero();
        health(group, 0).failedAndRests(LIMIT);
        assertThat(health(group, 0).suspended()).isFalse();
        assertThat(records.members(group)).extracting(Member::endpoint).isEqualTo(group.endpoints());

        EndpointGroup again = group("g", POLICY, "http://a");
        records.add(List.of(again));

        assertThat(health(again, 0).suspended()).isFalse();
        assertThat(health(again, 0).failedRecently()).isFalse();
    }

    @Test
    void tenThousandReloadsLeaveNoMoreThanOne() {
        for (int i = 0; i < 10_000; i++) {
            EndpointGroup steady =
                    group("steady", Policies.policy().probeAlways().build(), "http://a", "http://b");
            EndpointGroup passing = group("passing " + i, POLICY, "http://a", "http://passing" + i);
            reload(steady, passing);
            health(passing, 1).failedAndRests(LIMIT);
        }

        // Two groups, three reaches, four of their own.
        assertThat(records.size()).isEqualTo(9);
        assertThat(time.getScheduledTaskCount()).as("probes that wait").isLessThan(10_100);
    }

    @Test
    void manyThreadsReportAndTheLastWordHolds() {
        EndpointGroup group = group("g", Policies.policy().suspendAtRate(50).build(), "http://a", "http://b");
        records.add(List.of(group));

        IntStream.range(0, 200_000).parallel().forEach(i -> {
            EndpointHealth health = health(group, i % 2);
            switch (i % 7) {
                case 0, 1 -> health.succeeded();
                case 2 -> health.unreachable();
                case 3 -> health.connectTimedOut();
                case 4 -> health.failedAndRests(Duration.ofSeconds(i % 3));
                case 5 -> reload(group);
                default -> health.failed();
            }
        });

        assertThat(health(group, 0).suspended()).isTrue();
        // None of the addresses is anybody's: only a caller brings it back, once its time is over.
        time.advanceTimeBy(Duration.ofMinutes(2));
        health(group, 0).succeeded();
        health(group, 1).succeeded();
        assertThat(health(group, 0).suspended()).isFalse();
        assertThat(health(group, 1).suspended()).isFalse();
    }

    @Test
    void anEndpointThatComesBackIsBackWithoutACaller() throws Exception {
        try (EndpointRecords real = records(Schedulers.parallel());
                RawEndpoint endpoint = RawEndpoint.answering(200, "")) {
            EndpointGroup group = group("g", quick().build(), endpoint.url());
            real.add(List.of(group));
            endpoint.die();
            EndpointHealth health = real.members(group).get(0).health();
            IntStream.range(0, 3).forEach(i -> health.unreachable());
            assertThat(health.suspended()).isTrue();

            endpoint.revive();

            await().atMost(LIMIT).until(() -> !health.suspended());
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Test
    void withAPathItIsBackWhenItAnswersWell() throws Exception {
        try (EndpointRecords real = records(Schedulers.parallel());
                RawEndpoint endpoint = RawEndpoint.answering(503, "")) {
            EndpointGroup group = new EndpointGroup(
                    "g",
                    List.of(Endpoint.parse(endpoint.url())),
                    Type.FAILOVER,
                    quick().probePath("/up").build(),
                    Optional.of(new Credentials("me", "secret")));
            real.add(List.of(group));
            EndpointHealth health = real.members(group).get(0).health();
            IntStream.range(0, 3).forEach(i -> health.failed());
            await().atMost(LIMIT).until(() -> endpoint.requests().size() >= 3);
            assertThat(health.suspended()).isTrue();

            endpoint.nowDoes((request, connection) -> connection.answer(200, ""));

            await().atMost(LIMIT).until(() -> !health.suspended());
            assertThat(endpoint.requests())
                    .allMatch(request -> request.target().equals("/up")
                            && request.header("authorization").isPresent());
        }
    }

    @Test
    void whoIsAlwaysProbedIsSuspendedBeforeAnyCallerFindsOut() throws Exception {
        try (EndpointRecords real = records(Schedulers.parallel());
                RawEndpoint endpoint = RawEndpoint.answering(503, "")) {
            EndpointGroup byPath =
                    group("path", quick().probePath("/up").probeAlways().build(), endpoint.url());
            EndpointGroup byConnection =
                    group("connection", quick().probeAlways().build(), "http://localhost:" + RawEndpoint.deadPort());
            real.add(List.of(byPath, byConnection));

            await().atMost(LIMIT)
                    .until(() -> Stream.of(byPath, byConnection)
                            .allMatch(
                                    group -> real.members(group).get(0).health().suspended()));
        }
    }

    @Test
    void nobodyIsProbedAfterTheEnd() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(503, "")) {
            EndpointRecords real = records(Schedulers.parallel());
            EndpointGroup group =
                    group("g", quick().probePath("/up").probeAlways().build(), endpoint.url());
            real.add(List.of(group));
            await().atMost(LIMIT).until(() -> !endpoint.requests().isEmpty());

            real.close();
            real.add(List.of(group));

            int then = endpoint.connections();
            await().during(Duration.ofMillis(500)).atMost(LIMIT).until(() -> endpoint.connections() <= then + 1);
            assertThat(real.size()).isZero();
        }
    }

    private EndpointRecords records(Scheduler scheduler) {
        return new EndpointRecords(
                Duration.ofSeconds(1),
                new ProbeClient(resources),
                scheduler,
                HealthListener.NONE,
                ProbeListener.NONE,
                holds,
                scheduler == time ? () -> time.now(TimeUnit.NANOSECONDS) : System::nanoTime,
                () -> 0.5);
    }

    private static Hold hold(String url) {
        return new Hold(url, Hold.Kind.DOWN, Instant.EPOCH, Optional.empty(), "", "anna");
    }

    private void reload(EndpointGroup... groups) {
        records.add(List.of(groups));
        records.retain(List.of(groups));
    }

    private EndpointHealth health(EndpointGroup group, int index) {
        return records.members(group).get(index).health();
    }

    private static Policies quick() {
        return Policies.policy()
                .suspension(3, Duration.ofMillis(50), Duration.ofSeconds(1))
                .probe(Duration.ofMillis(50), Duration.ofSeconds(2));
    }

    private static EndpointGroup group(String name, Endpoint endpoint) {
        return group(name, POLICY, endpoint);
    }

    private static EndpointGroup group(String name, FailoverPolicy policy, Endpoint endpoint) {
        return new EndpointGroup(name, List.of(endpoint), Type.FAILOVER, policy, Optional.empty());
    }

    private static EndpointGroup group(String name, FailoverPolicy policy, String... urls) {
        return new EndpointGroup(
                name, Stream.of(urls).map(Endpoint::parse).toList(), Type.FAILOVER, policy, Optional.empty());
    }
}
