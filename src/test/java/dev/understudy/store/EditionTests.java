package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.understudy.endpoint.Hold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditionTests {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    /** Whoever gets all differences, or only some of the editions, or the whole, has the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void allWaysToAnEditionLeadToTheSame(long seed) throws Edition.Unfit {
        Random random = new Random(seed);
        Map<String, StoredApi> apis = new TreeMap<>();
        List<Hold> holds = new ArrayList<>();
        Edition edition = Edition.NONE;
        Edition follower = Edition.NONE.with(Edition.NONE.whole());
        Edition slow = follower;
        Snapshot read = new Snapshot("", -1, List.of(), List.of());
        for (int revision = 1; revision <= 200; revision++) {
            change(random, apis, holds);
            Snapshot snapshot = new Snapshot("x", revision, List.copyOf(apis.values()), holds);
            edition = Edition.of(snapshot, edition);
            Edition before = follower;
            follower = follower.with(edition.since(follower));
            read = follower.read(before, read);
            if (random.nextInt(5) == 0) {
                slow = slow.with(edition.since(slow));
                assertThat(slow.checksum()).as("seed " + seed).isEqualTo(edition.checksum());
            }
            assertThat(follower.checksum()).isEqualTo(edition.checksum());
            assertThat(Edition.NONE.with(edition.whole()).checksum()).isEqualTo(edition.checksum());
            assertThat(read.revision()).isEqualTo(revision);
            assertThat(read.holds()).hasSameElementsAs(holds);
            assertThat(read.apis())
                    .isEqualTo(apis.values().stream()
                            .flatMap(api -> api.onlyServed().stream())
                            .toList());
        }
    }

    @Test
    void aDifferenceNamesOnlyWhatIsOther() throws Edition.Unfit {
        StoredApi pets = api("pets", 1);
        StoredApi shop = api("shop", 1);
        Edition one = Edition.of(new Snapshot("", 1, List.of(pets, shop), List.of()), Edition.NONE);
        Edition two = Edition.of(new Snapshot("", 2, List.of(api("pets", 2)), List.of()), one);

        Difference difference = two.since(one);
        assertThat(difference.changed()).containsOnlyKeys("api pets");
        assertThat(difference.gone()).containsExactly("api shop");
        assertThat(difference.base()).isEqualTo(one.checksum());
        Difference nothing = two.since(two);
        assertThat(nothing.changed()).isEmpty();
        assertThat(nothing.gone()).isEmpty();
        assertThat(two.with(nothing).checksum()).isEqualTo(two.checksum());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Edition one = Edition.of(new Snapshot("", 1, List.of(api("pets", 1)), List.of()), Edition.NONE);
        Edition two = Edition.of(new Snapshot("", 2, List.of(api("pets", 2)), List.of()), one);
        Edition three = Edition.of(new Snapshot("", 3, List.of(api("pets", 3)), List.of()), two);

        assertThatExceptionOfType(Edition.Unfit.class)
                .isThrownBy(() -> one.with(three.since(two)))
                .withMessage(
                        "revision 3 came as a difference to another edition than the one that is here, of revision 1");
        Difference sent = two.since(one);
        Difference damaged = new Difference(
                sent.origin(), sent.revision(), sent.base(), sent.checksum(), Map.of("api pets", "{}"), sent.gone());
        assertThatExceptionOfType(Edition.Unfit.class)
                .isThrownBy(() -> one.with(damaged))
                .withMessage("revision 2 has another checksum than it should");
    }

    @Test
    void whatOnlyALaterVersionCanReadIsKeptAndLeftOut() throws Edition.Unfit {
        Edition one = Edition.of(new Snapshot("", 1, List.of(api("pets", 1)), List.of()), Edition.NONE);
        Difference whole = one.whole();
        Map<String, String> texts = new TreeMap<>(whole.changed());
        texts.put("api shop", "{\"key\": \"shop\", \"more\": 1}");
        texts.put("quota shop", "{\"limit\": 3}");
        String checksum = Edition.checksumOf(texts);
        Edition later = Edition.NONE.with(new Difference("", 2, "", checksum, texts, List.of()));

        assertThat(later.checksum()).isEqualTo(checksum);
        Snapshot read = later.read(Edition.NONE, new Snapshot("", -1, List.of(), List.of()));
        assertThat(read.apis()).extracting(StoredApi::key).containsExactly("pets");
    }

    @Test
    void whatIsNotServedIsNotInIt() {
        StoredApi undeployed = api("pets", 1).at(List.of());
        assertThat(Edition.of(new Snapshot("", 1, List.of(undeployed), List.of()), Edition.NONE)
                        .checksum())
                .isEqualTo(Edition.NONE.checksum());
    }

    private static void change(Random random, Map<String, StoredApi> apis, List<Hold> holds) {
        String key = "api-" + random.nextInt(20);
        switch (random.nextInt(5)) {
            case 0 -> apis.remove(key);
            case 1 -> apis.computeIfPresent(key, (same, api) -> api.at(List.of()));
            case 2 -> holds.removeIf(hold -> random.nextBoolean());
            case 3 -> {
                String url = "http://" + key;
                holds.removeIf(hold -> hold.url().equals(url));
                holds.add(new Hold(url, Hold.Kind.DOWN, NOW, Optional.empty(), "\"ü\n", "anna"));
            }
            default ->
                apis.merge(key, api(key, 1), (old, first) -> {
                    Revision next = revision(key, old.latest().number() + 1);
                    return old.with(key, next, List.of(new Placement("localhost", List.of("Default"), next.number())));
                });
        }
    }

    private static StoredApi api(String key, int number) {
        return new StoredApi(
                key,
                key,
                List.of(revision(key, number)),
                List.of(new Placement("localhost", List.of("Default"), number)));
    }

    private static Revision revision(String key, int number) {
        return new Revision(number, key, "1", "HTTP", "/" + key, "a".repeat(64), Format.YAML, NOW, "anna");
    }
}
