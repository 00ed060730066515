package dev.understudy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.catalog.RequestPath;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.journal.Event.Kind;
import dev.understudy.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JournalTests {

    private static final AtomicInteger made = new AtomicInteger();

    @Test
    void onlyTheLastRequestsAreRemembered() {
        RecentRequests recent = new RecentRequests(3);
        for (int i = 1; i <= 5; i++) {
            recent.saw(request("r" + i));
        }

        assertThat(recent.latest()).extracting(RequestRecord::id).containsExactly("r5", "r4", "r3");
        assertThat(recent.find("r3")).isPresent();
        assertThat(recent.find("r2")).isEmpty();
    }

    @Test
    void ofTwoRequestsWithOneIdTheLastIsFound() {
        RecentRequests recent = new RecentRequests(3);
        recent.saw(request("same"));
        RequestRecord later = request("same");
        recent.saw(later);

        assertThat(recent.find("same").orElseThrow()).isEqualTo(later);
    }

    @Test
    void whoWaitsForARequestIsToldWhenItIsOverAndOfNoOther() {
        RecentRequests recent = new RecentRequests(3);
        RequestRecord awaited = request("r");
        CompletableFuture<RequestRecord> next = recent.next("r", awaited.path());
        CompletableFuture<RequestRecord> elsewhere = recent.next("s", "/elsewhere");
        recent.saw(request("other"));
        recent.saw(request("s"));
        assertThat(next).isNotDone();

        recent.saw(awaited);
        recent.saw(request("r"));
        assertThat(next.getNow(null)).isSameAs(awaited);
        assertThat(elsewhere).isNotDone();
        assertThat(recent.awaited()).isEqualTo(1);

        elsewhere.cancel(false);
        assertThat(recent.awaited()).isZero();
    }

    @Test
    void aRequestThatIsRememberedKeepsNothingOfWhatIsNotServedAnyMoreButItsOperation() {
        EndpointGroup group = new EndpointGroup(
                "g",
                List.of(Endpoint.parse("http://one.example")),
                EndpointGroup.Type.FAILOVER,
                Policies.policy().build(),
                Optional.empty());
        Catalog catalog = Catalog.of(List.of(api(operation("/a", group), operation("/b", group))));
        Match.Found found = (Match.Found) catalog.find("h", "GET", RequestPath.parse("/x/a"));
        RecentRequests recent = new RecentRequests(3);
        recent.saw(request("r", Optional.of(found)));

        recent.follow(catalog);
        assertThat(recent.find("r").orElseThrow().found().orElseThrow()).isSameAs(found);

        recent.follow(Catalog.of(List.of()));
        Match.Found left = recent.find("r").orElseThrow().found().orElseThrow();
        assertThat(left.api().operations()).containsExactly(left.operation());
        assertThat(left.operation().production()).isEmpty();
        assertThat(left.segments()).isEqualTo(found.segments());
        assertThat(recent.find("r").orElseThrow().operation()).contains("GET /a");
    }

    @Test
    void onlyTheLastEventsAreRememberedAndNumbersGoOn() {
        Events events = new Events(2);
        for (int i = 1; i <= 4; i++) {
            events.add(Kind.BACK, "event " + i, Map.of());
        }

        assertThat(events.after(0)).extracting(Event::number).containsExactly(3L, 4L);
        assertThat(events.after(3)).extracting(Event::text).containsExactly("event 4");
        assertThat(events.after(4)).isEmpty();
    }

    @Test
    void whoFollowsGetsWhatWasAndWhatComesInOneOrder() {
        Events events = new Events(10);
        events.add(Kind.BACK, "1", Map.of());
        events.add(Kind.BACK, "2", Map.of());
        List<String> heard = new ArrayList<>();

        Runnable end = events.follow(1, event -> heard.add(event.text()));
        events.add(Kind.BACK, "3", Map.of());
        end.run();
        events.add(Kind.BACK, "4", Map.of());

        assertThat(heard).containsExactly("2", "3");
    }

    @Test
    void textsOfOthersBeginNoLine() {
        Events events = new Events(10);
        events.add(Kind.REFUSED, "a\nb", Map.of("name", "c\u001bd"));

        assertThat(events.after(0).get(0).text()).isEqualTo("a?b");
        assertThat(events.after(0).get(0).facts()).containsEntry("name", "c?d");
    }

    private static Operation operation(String path, EndpointGroup group) {
        return new Operation(
                "GET", PathTemplate.parse(path), Optional.of(group), Optional.empty(), new Access.Open(), false, false);
    }

    private static Api api(Operation... operations) {
        return new Api("X", "1", "/x", Set.of(), "Authorization", Optional.empty(), List.of(operations), false);
    }

    private static RequestRecord request(String id) {
        return request(id, Optional.empty());
    }

    private static RequestRecord request(String id, Optional<Match.Found> found) {
        return new RequestRecord(
                id,
                Instant.ofEpochSecond(made.incrementAndGet()),
                Duration.ZERO,
                "GET",
                "/",
                "h",
                "127.0.0.1",
                found,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                200,
                Optional.empty(),
                Optional.empty(),
                Ending.WHOLE,
                Optional.empty(),
                Optional.empty());
    }
}
