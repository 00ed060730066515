package dev.understudy.admin.console;

import dev.understudy.checkup.Checked;
import dev.understudy.checkup.Checked.Verdict;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What came of asking an endpoint, as a page shows it. Times are in milliseconds; {@code –} stands for a stage that was not
 * passed or is not there.
 *
 * @param level names a picture
 * @param word the verdict
 * @param text more of it; may be empty
 * @param certificate until when it is good; may be empty
 */
record CheckRow(
        String url,
        String level,
        String word,
        String text,
        String dns,
        String tcp,
        String tls,
        String http,
        String certificate) {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final String NONE = "–";

    private record Said(String level, String word, String text) {}

    static CheckRow of(Checked one) {
        Said said = said(one.verdict());
        return new CheckRow(
                one.url(),
                said.level,
                said.word,
                said.text,
                ms(one.dns().map(Checked.Dns::took)),
                ms(one.tcp().map(Checked.Tcp::took)),
                ms(one.tls().map(Checked.Tls::took)),
                one.http()
                        .map(http -> ms(Optional.of(http.took()))
                                + (http.status().isPresent()
                                        ? ", status " + http.status().getAsInt()
                                        : ""))
                        .orElse(NONE),
                one.tls().map(tls -> certificate(tls.certificate())).orElse(NONE));
    }

    private static Said said(Verdict verdict) {
        if (verdict instanceof Verdict.Answers) {
            return new Said("first", "Answers", "");
        }
        if (verdict instanceof Verdict.Connects) {
            return new Said("first", "Connects", "A WebSocket is not opened in a check.");
        }
        if (verdict instanceof Verdict.Reachable reachable) {
            return new Said("partly", "Reachable", reachable.text());
        }
        if (verdict instanceof Verdict.NotReachable not) {
            return new Said("nobody", "Not reachable", not.stage() + ": " + not.text());
        }
        return verdict instanceof Verdict.NotValid not
                ? new Said("nobody", "Not valid", not.text())
                : new Said("none", "Not asked", "The whole check was over before its turn came.");
    }

    private static String certificate(Checked.Certificate certificate) {
        String days = certificate.daysLeft() < 0
                ? "has ended"
                : certificate.daysLeft() + (certificate.daysLeft() == 1 ? " day left" : " days left");
        return DAY.format(certificate.end()) + ", " + days;
    }

    private static String ms(Optional<Duration> time) {
        return time.map(took -> Math.max(1, took.toMillis()) + " ms").orElse(NONE);
    }
}
