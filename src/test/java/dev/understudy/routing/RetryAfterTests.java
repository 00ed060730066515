package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTests {

    private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "007, 7", "120, 120", "999999999, 999999999"})
    void isATimeInSeconds(String value, long seconds) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(seconds));
    }

    /** RFC 9110 §5.6.7: a recipient takes all three. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void isADateInEachOfTheThreeForms(String value) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(37));
    }

    @Test
    void isNoTimeAtAllWhereTheDateHasPassed() {
        assertThat(RetryAfter.parse("Sun, 06 Nov 1994 08:49:00 GMT", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("Sun, 06 Nov 1994 08:48:59 GMT", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("Thu, 01 Jan 1970 00:00:00 GMT", NOW)).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "-1",
                "1.5",
                "10s",
                "1234567890",
                "1, 2",
                "Sun, 06 Nov 1994",
                "08:49:37",
                "1994-11-06T08:49:37Z",
                "Sun, 06 Nov 1994 99:49:37 GMT",
                "Sun, 06 Nov 99999999999999999999 08:49:37 GMT"
            })
    void saysNothingWhereItIsNeither(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }
}
