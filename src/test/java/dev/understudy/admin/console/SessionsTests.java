package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTests {

    private final AtomicLong clock = new AtomicLong(-5);
    private final Sessions sessions = new Sessions(clock::get);

    @Test
    void eachHasAnIdAndATokenOf256Bits() {
        String one = sessions.begin("anna");
        String other = sessions.begin("anna");
        assertThat(one).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(other);
        assertThat(sessions.use(one).orElseThrow().formToken())
                .matches("[A-Za-z0-9_-]{43}")
                .isNotEqualTo(sessions.use(other).orElseThrow().formToken())
                .isNotEqualTo(one);
    }

    @Test
    void oneEndsWithoutARequestForHalfAnHour() {
        String id = sessions.begin("anna");
        pass(Sessions.IDLE);
        assertThat(sessions.use(id)).isPresent();
        pass(Sessions.IDLE);
        assertThat(sessions.use(id)).isPresent();
        pass(Sessions.IDLE.plusNanos(1));
        assertThat(sessions.use(id)).isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void oneEndsAfterTwelveHoursHoweverOftenItIsUsed() {
        String id = sessions.begin("anna");
        for (int i = 0; i < 48; i++) {
            pass(Duration.ofMinutes(15));
            assertThat(sessions.use(id)).isPresent();
        }
        pass(Duration.ofNanos(1));
        assertThat(sessions.use(id)).isEmpty();
    }

    @Test
    void whoeverOnlyAsksWhetherOneIsOpenDoesNotUseIt() {
        String id = sessions.begin("anna");
        pass(Sessions.IDLE);
        assertThat(sessions.isOpen(id)).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(sessions.isOpen(id)).isFalse();
        assertThat(sessions.isOpen("no-such-id")).isFalse();
        String ended = sessions.begin("anna");
        sessions.end(ended);
        assertThat(sessions.isOpen(ended)).isFalse();
    }

    @Test
    void oneEndsWhenItIsEnded() {
        String id = sessions.begin("anna");
        String other = sessions.begin("anna");
        sessions.end(id);
        assertThat(sessions.use(id)).isEmpty();
        assertThat(sessions.use(other)).isPresent();
    }

    @Test
    void ofTooManyOfAUserTheOneUsedLongestAgoEnds() {
        String first = sessions.begin("anna");
        String second = sessions.begin("anna");
        String others = sessions.begin("bert");
        IntStream.range(2, Sessions.MOST_OF_USER).forEach(i -> sessions.begin("anna"));
        sessions.use(first);
        sessions.begin("anna");
        assertThat(sessions.use(first)).isPresent();
        assertThat(sessions.use(second)).isEmpty();
        assertThat(sessions.use(others)).isPresent();
    }

    @Test
    void ofTooManyInAllTheOneUsedLongestAgoEnds() {
        String first = sessions.begin("user");
        IntStream.range(0, Sessions.MOST).forEach(i -> sessions.begin("user" + i));
        assertThat(sessions.count()).isEqualTo(Sessions.MOST);
        assertThat(sessions.use(first)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/console",
                "//evil.example",
                "/console//evil.example",
                "/\\evil.example",
                "/consoles",
                "/console\\x",
                "/console/apis\r\nX: y",
                "/console?q=<script>",
                "/console/sign-in?next=/console",
                "javascript:alert(1)",
                "/api/v1/apis",
                ""
            })
    void signingInLeadsToNoOtherPlaceThanAPageOfTheConsole(String wanted) {
        assertThat(Paths.own(wanted)).isEqualTo("/console");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/console?q=a%20b&sort=name", "/console/apis/folder:a%20b.yaml/revisions"})
    void signingInLeadsToThePageThatWasAskedFor(String wanted) {
        assertThat(Paths.own(wanted)).isEqualTo(wanted);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
