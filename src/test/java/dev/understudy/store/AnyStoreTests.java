package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class AnyStoreTests {

    private static final List<String> DEFAULT = List.of("Default");

    private final List<Store> opened = new ArrayList<>();

    /** One that has not looked at anything yet, of what the ones before kept. */
    abstract Store made();

    /** Names of the projects that are kept. */
    abstract List<String> archives() throws IOException;

    @AfterEach
    void close() throws IOException {
        for (Store store : opened) {
            store.close();
        }
    }

    @Test
    void whatIsKeptIsThereAfterTheNextStart() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        StoredApi shop = api("shop", "1");
        store.keep(pets, content("pets 1"));
        store.keep(shop, content("shop 1"));
        StoredApi changed = changed(pets, "pets 2", "a.example", "localhost");
        store.keep(changed, content("pets 2"));
        store.forget(shop);
        store.close();

        Store next = open();
        assertThat(next.open()).isEqualTo(new Store.Contents(List.of(changed), List.of()));
        assertThat(next.archive(changed.revision(1))).isEqualTo(content("pets 1"));
        assertThat(next.archive(changed.revision(2))).isEqualTo(content("pets 2"));
    }

    @Test
    void whatOperatorsHoldIsThereAfterTheNextStart() throws IOException {
        Store store = started();
        assertThat(store.holds()).isEmpty();
        Hold first = new Hold(
                "http://a:8080/x",
                Hold.Kind.DRAINING,
                Instant.parse("2026-11-28T12:00:00.123Z"),
                Optional.of(Instant.parse("2026-11-28T12:15:00.123Z")),
                "a \"new\" disk",
                "anna");
        Hold second = new Hold("https://b", Hold.Kind.DOWN, first.since(), Optional.empty(), "", "bert");
        store.keep(List.of(), List.of(first, second));
        store.close();

        Store next = started();
        assertThat(next.holds()).containsExactly(first, second);
        next.keep(next.holds(), List.of());
        next.close();
        assertThat(started().holds()).isEmpty();
    }

    @Test
    void aDraftIsThereAfterTheNextStartUntilItOrItsApiIsForgotten() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        Draft first = draft(pets, "first", "http://a");
        store.keep(first);
        Draft second = draft(pets, "second", "http://a", "no \"url\"");
        store.keep(second);
        store.keep(draft(api("shop", "1"), "third"));
        store.close();

        Store next = started();
        assertThat(next.drafts()).hasSize(2).contains(second);
        next.forget(pets);
        next.forget(draft(api("shop", "1"), "third"));
        next.close();
        assertThat(started().drafts()).isEmpty();
    }

    @Test
    void eachChangeIsToldAndMakesALaterSnapshot() throws IOException {
        Store store = started();
        AtomicInteger told = new AtomicInteger();
        store.follow(told::incrementAndGet);
        Snapshot before = store.snapshot();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        Snapshot with = store.snapshot();
        Hold hold = new Hold("http://a", Hold.Kind.DOWN, Instant.EPOCH, Optional.empty(), "", "bert");
        store.keep(List.of(), List.of(hold));
        Snapshot held = store.snapshot();
        store.forget(pets);

        assertThat(before.apis()).isEmpty();
        assertThat(with.apis()).containsExactly(pets);
        assertThat(held.holds()).containsExactly(hold);
        assertThat(store.snapshot().apis()).isEmpty();
        assertThat(List.of(before.revision(), with.revision(), held.revision(), store.revision()))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(told.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void whatProcessesSayIsHeardUntilTheySayThatTheyGo() throws IOException {
        Store store = started();
        assertThat(store.heard()).isEmpty();
        Report one = report("one", 1, false);
        Report two = report("two", 1, false);
        store.tell(List.of(one, two));
        Report later = report("one", 2, false);
        store.tell(List.of(later));
        assertThat(store.heard()).extracting(Heard::report).containsExactlyInAnyOrder(later, two);
        assertThat(store.heard()).noneMatch(Heard::missed);

        store.tell(List.of(report("one", 2, true)));
        assertThat(store.heard()).extracting(Heard::report).containsExactly(two);
    }

    static Report report(String name, long revision, boolean leaving) {
        return new Report(
                UUID.nameUUIDFromBytes(content(name)).toString(),
                name,
                "1",
                "gateway",
                Instant.parse("2026-11-29T12:00:00.123Z"),
                leaving,
                revision,
                List.of(new Report.Refused("shop", "it's \"so\"")),
                3,
                List.of(new Report.State("http://a", "suspended", Instant.EPOCH)),
                0);
    }

    @Test
    void theLastRevisionsAreKeptAndThoseThatAreServed() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1", "a.example", "localhost");
        store.keep(pets, content("pets 1"));
        for (int i = 2; i <= 30; i++) {
            pets = changed(pets, "pets " + i, "localhost");
            store.keep(pets, content("pets " + i));
        }

        assertThat(pets.revisions().stream().map(Revision::number))
                .hasSize(10)
                .contains(1, 22, 30)
                .doesNotContain(21);
        assertThat(archives()).hasSize(10);
        assertThat(store.archive(pets.revision(1))).isEqualTo(content("pets 1"));
    }

    @Test
    void aProjectThatTwoApisHaveInCommonGoesWithTheLastOfThem() throws IOException {
        Store store = started();
        StoredApi one = api("one", "1", "same");
        StoredApi two = api("two", "1", "same");
        Revision same = revision(1, "same");
        one = new StoredApi("one", "one", List.of(same), one.placements());
        two = new StoredApi("two", "two", List.of(same), two.placements());
        store.keep(one, content("same"));
        store.keep(two, content("same"));

        store.forget(one);
        assertThat(store.archive(same)).isEqualTo(content("same"));

        store.forget(two);
        assertThat(archives()).isEmpty();
    }

    @Test
    void aStoreThatNobodyElseWritesToHasNoNews() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        store.keep(List.of(), List.of());
        store.keep(draft(pets, "first"));

        assertThat(store.news()).isEqualTo(News.NONE);
        store.forget(pets);
        assertThat(store.news()).isEqualTo(News.NONE);
    }

    Store open() {
        Store store = made();
        opened.add(store);
        return store;
    }

    Store started() throws IOException {
        Store store = open();
        store.open();
        return store;
    }

    static Draft draft(StoredApi api, String tag, String... urls) {
        Draft.Lists lists = new Draft.Lists(
                "/menu", "get", false, true, "failover", List.of(urls), Map.of("failover.deadline", "2s"), 1);
        return new Draft(api.key(), tag, List.of(lists), Instant.parse("2026-11-28T12:00:00Z"), "anna");
    }

    static StoredApi api(String key, String content, String... hosts) {
        List<Placement> placements = Stream.of(hosts.length == 0 ? new String[] {"localhost"} : hosts)
                .map(host -> new Placement(host, DEFAULT, 1))
                .toList();
        return new StoredApi(key, "id of " + key, List.of(revision(1, key + " " + content)), placements);
    }

    static StoredApi changed(StoredApi api, String content, String... hosts) {
        int number = api.latest().number() + 1;
        return api.with(
                api.id(),
                revision(number, content),
                Stream.of(hosts)
                        .map(host -> new Placement(host, DEFAULT, number))
                        .toList());
    }

    static Revision revision(int number, String content) {
        return new Revision(
                number,
                "Pets",
                "1.0.0",
                "HTTP",
                "/pets/1.0.0",
                Digest.sha256(content(content)),
                Format.ZIP,
                Instant.parse("2026-11-28T12:00:00.123456Z"),
                "anna");
    }

    static byte[] content(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
