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

class CandidatesTests {

    private final AtomicLong clock = new AtomicLong(7);
    private final Candidates candidates = new Candidates(clock::get);

    @Test
    void oneIsForItsUserAlone() {
        String key = add("anna", 1);
        assertThat(candidates.find(key, "anna")).isPresent();
        assertThat(candidates.find(key, "dora")).isEmpty();
        candidates.remove(key);
        assertThat(candidates.find(key, "anna")).isEmpty();
    }

    @Test
    void oneIsKeptForAQuarterOfAnHour() {
        String key = add("anna", 1);
        clock.addAndGet(Candidates.KEPT.toNanos());
        assertThat(candidates.find(key, "anna")).isPresent();
        clock.incrementAndGet();
        assertThat(candidates.find(key, "anna")).isEmpty();
    }

    @Test
    void ofTooManyTheOldestGo() {
        List<String> keys = IntStream.rangeClosed(0, Candidates.MOST)
                .mapToObj(i -> add("anna", 1))
                .toList();
        assertThat(candidates.find(keys.get(0), "anna")).isEmpty();
        assertThat(candidates.find(keys.get(1), "anna")).isPresent();
    }

    @Test
    void ofThoseThatAreTooLongTogetherTheOldestGo() {
        String first = add("anna", 20 << 20);
        String second = add("dora", 20 << 20);
        assertThat(candidates.find(first, "anna")).isPresent();
        String third = add("anna", 20 << 20);
        assertThat(candidates.find(first, "anna")).isEmpty();
        assertThat(candidates.find(second, "dora")).isPresent();
        assertThat(candidates.find(third, "anna")).isPresent();
    }

    private String add(String user, int bytes) {
        Revision revision = new Revision(1, "Shop", "1", "HTTP", "/shop", "00", Format.YAML, Instant.EPOCH, user);
        StoredApi api = new StoredApi("key", "shop", List.of(revision), List.of());
        Changes none = new Changes(List.of(), List.of(), List.of(), Set.of(), Set.of());
        Applied would = new Applied(api, Applied.Result.CREATED, none, List.of());
        return candidates.add(new Candidates.Candidate(
                user, "shop", Format.YAML, new byte[bytes], true, would, Optional.empty(), candidates.now()));
    }
}
