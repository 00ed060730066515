package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.definitions.Changes;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.store.Format;
import dev.understudy.store.Revision;
import dev.understudy.store.StoredApi;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DraftsTests {

    private final AtomicLong clock = new AtomicLong(7);
    private final Drafts drafts = new Drafts(clock::get);

    @Test
    void oneIsForItsUserAlone() {
        String key = add("anna", 1);
        assertThat(drafts.find(key, "anna")).isPresent();
        assertThat(drafts.find(key, "dora")).isEmpty();
        drafts.remove(key);
        assertThat(drafts.find(key, "anna")).isEmpty();
    }

    @Test
    void oneIsKeptForAQuarterOfAnHour() {
        String key = add("anna", 1);
        clock.addAndGet(Drafts.KEPT.toNanos());
        assertThat(drafts.find(key, "anna")).isPresent();
        clock.incrementAndGet();
        assertThat(drafts.find(key, "anna")).isEmpty();
    }

    @Test
    void ofTooManyTheOldestGo() {
        List<String> keys = IntStream.rangeClosed(0, Drafts.MOST)
                .mapToObj(i -> add("anna", 1))
                .toList();
        assertThat(drafts.find(keys.get(0), "anna")).isEmpty();
        assertThat(drafts.find(keys.get(1), "anna")).isPresent();
    }

    @Test
    void ofThoseThatAreTooLongTogetherTheOldestGo() {
        String first = add("anna", 20 << 20);
        String second = add("dora", 20 << 20);
        assertThat(drafts.find(first, "anna")).isPresent();
        String third = add("anna", 20 << 20);
        assertThat(drafts.find(first, "anna")).isEmpty();
        assertThat(drafts.find(second, "dora")).isPresent();
        assertThat(drafts.find(third, "anna")).isPresent();
    }

    private String add(String user, int bytes) {
        Revision revision = new Revision(1, "Shop", "1", "HTTP", "/shop", "00", Format.YAML, Instant.EPOCH, user);
        StoredApi api = new StoredApi("key", "shop", List.of(revision), List.of());
        Changes none = new Changes(List.of(), List.of(), List.of(), Set.of(), Set.of());
        Applied would = new Applied(api, Applied.Result.CREATED, none, List.of());
        return drafts.add(new Drafts.Draft(
                user, "shop", Format.YAML, new byte[bytes], true, would, Optional.empty(), drafts.now()));
    }
}
