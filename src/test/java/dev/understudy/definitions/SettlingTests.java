package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettlingTests {

    private static final Stamp FIRST = stamp(1);
    private static final Stamp SECOND = stamp(2);
    private static final Stamp THIRD = stamp(3);

    private final Settling settling = new Settling(Duration.ofMillis(500));

    /** Begins where the clock of a machine may begin, and overflows soon. */
    private long now = Long.MAX_VALUE - Duration.ofMillis(700).toNanos();

    @Test
    void aNewFileIsToldOnceWhenItHasBeenAtRest() {
        assertThat(look(Map.of("a", FIRST))).isEmpty();
        assertThat(settling.isAtRest()).isFalse();
        assertThat(lookAfter(499, Map.of("a", FIRST))).isEmpty();
        assertThat(lookAfter(1, Map.of("a", FIRST))).containsExactly(Map.entry("a", Optional.of(FIRST)));
        assertThat(settling.isAtRest()).isTrue();
        assertThat(lookAfter(5_000, Map.of("a", FIRST))).isEmpty();
    }

    @Test
    void aFileThatIsWrittenInPiecesIsToldOnceAndInItsLastState() {
        look(Map.of("a", FIRST));
        assertThat(lookAfter(400, Map.of("a", SECOND))).isEmpty();
        assertThat(lookAfter(400, Map.of("a", THIRD))).isEmpty();
        assertThat(lookAfter(400, Map.of("a", THIRD))).isEmpty();
        assertThat(lookAfter(100, Map.of("a", THIRD))).containsExactly(Map.entry("a", Optional.of(THIRD)));
    }

    @Test
    void oneThatNeverRestsDoesNotHoldTheOthersBack() {
        look(Map.of("a", FIRST, "b", FIRST));
        assertThat(lookAfter(500, Map.of("a", FIRST, "b", SECOND))).containsOnlyKeys("a");
        assertThat(lookAfter(499, Map.of("a", FIRST, "b", THIRD))).isEmpty();
    }

    @Test
    void aFileThatIsAwayForLessThanTheRestIsNotGone() {
        settle("a", FIRST);
        assertThat(look(Map.of())).isEmpty();
        assertThat(lookAfter(499, Map.of())).isEmpty();
        assertThat(lookAfter(100, Map.of("a", SECOND))).isEmpty();
        assertThat(lookAfter(500, Map.of("a", SECOND))).containsExactly(Map.entry("a", Optional.of(SECOND)));
    }

    @Test
    void aFileThatStaysAwayIsToldGoneOnceAndIsNewWhenItComesBack() {
        settle("a", FIRST);
        look(Map.of());
        assertThat(lookAfter(500, Map.of())).containsExactly(Map.entry("a", Optional.empty()));
        assertThat(settling.isAtRest()).isTrue();
        assertThat(lookAfter(500, Map.of())).isEmpty();
        look(Map.of("a", FIRST));
        assertThat(lookAfter(500, Map.of("a", FIRST))).containsExactly(Map.entry("a", Optional.of(FIRST)));
    }

    @Test
    void whatIsKnownToRestIsToldWithoutAWait() {
        settling.resting(Map.of("old", FIRST), now);
        assertThat(look(Map.of("old", FIRST, "young", FIRST))).containsOnlyKeys("old");
        assertThat(lookAfter(500, Map.of("old", FIRST, "young", FIRST))).containsOnlyKeys("young");
    }

    @Test
    void whatWasKnownToRestAndMovesAllTheSameIsWaitedFor() {
        settling.resting(Map.of("old", FIRST), now);
        assertThat(look(Map.of("old", SECOND))).isEmpty();
        assertThat(lookAfter(500, Map.of("old", SECOND))).containsOnlyKeys("old");
    }

    @Test
    void aDisturbedFileIsToldAgainAfterAnotherRest() {
        settle("a", FIRST);
        settling.disturbed("a", now);
        assertThat(lookAfter(499, Map.of("a", FIRST))).isEmpty();
        assertThat(lookAfter(1, Map.of("a", FIRST))).containsOnlyKeys("a");
    }

    @Test
    void disturbingWhatIsNotThereTellsNothing() {
        settling.disturbed("a", now);
        assertThat(lookAfter(500, Map.of())).isEmpty();
    }

    @Test
    void timeInWhichNothingCouldBeSeenIsNoRest() {
        settle("a", FIRST);
        look(Map.of());
        now += Duration.ofSeconds(10).toNanos();
        settling.unseen(now);
        assertThat(lookAfter(100, Map.of())).isEmpty();
        assertThat(lookAfter(400, Map.of())).containsOnlyKeys("a");
    }

    @Test
    void whatHasBeenToldAlreadyIsNotToldAgainAfterATimeInWhichNothingCouldBeSeen() {
        settle("a", FIRST);
        settling.unseen(now);
        assertThat(lookAfter(500, Map.of("a", FIRST))).isEmpty();
    }

    private void settle(String name, Stamp stamp) {
        look(Map.of(name, stamp));
        assertThat(lookAfter(500, Map.of(name, stamp))).containsOnlyKeys(name);
    }

    private Map<String, Optional<Stamp>> lookAfter(long millis, Map<String, Stamp> files) {
        now += Duration.ofMillis(millis).toNanos();
        return look(files);
    }

    private Map<String, Optional<Stamp>> look(Map<String, Stamp> files) {
        return settling.settled(files, now);
    }

    private static Stamp stamp(long size) {
        return new Stamp(Path.of("a"), size, FileTime.fromMillis(0), null);
    }
}
