package dev.understudy.admin;

import dev.understudy.checkup.Checked;
import dev.understudy.checkup.Checked.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of a check. Of an answer of an endpoint, its status and no more.
 *
 * @param endpoints as many as were asked for, in that order
 */
record CheckAnswer(List<Entry> endpoints) {

    /**
     * @param verdict {@code answers}, {@code connects}, {@code reachable}, {@code not_reachable}, {@code not_valid} or {@code
     *     not_asked}
     * @param stage that was not passed: {@code dns}, {@code tcp}, {@code tls} or {@code http}; null: none, or it was not asked
     * @param reason the word for it; null: there is none
     * @param text the same, for people; null: there is nothing to say
     * @param ms all of it together
     */
    record Entry(
            String url,
            String verdict,
            @Nullable String stage,
            @Nullable String reason,
            @Nullable String text,
            @Nullable Dns dns,
            @Nullable Tcp tcp,
            @Nullable Tls tls,
            @Nullable Http http,
            double ms) {}

    record Dns(List<String> addresses, double ms) {}

    record Tcp(String address, double ms) {}

    /** @param protocol null: the handshake failed. @param forName null: not looked at. @param refusal null: it is accepted */
    record Tls(
            @Nullable String protocol,
            String subject,
            String issuer,
            List<String> names,
            Instant notAfter,
            long daysLeft,
            boolean trusted,
            @Nullable Boolean forName,
            @Nullable String refusal,
            double ms) {}

    /** @param status null: there was no answer */
    record Http(@Nullable Integer status, double ms) {}

    /** What a verdict comes to, in words. */
    private record Said(
            String verdict,
            @Nullable String stage,
            @Nullable String reason,
            @Nullable String text) {

        static Said of(Verdict verdict) {
            if (verdict instanceof Verdict.Answers) {
                return new Said("answers", null, null, null);
            }
            if (verdict instanceof Verdict.Connects) {
                return new Said("connects", null, null, "A WebSocket is not opened in a check.");
            }
            if (verdict instanceof Verdict.Reachable reachable) {
                return new Said("reachable", lower(Checked.Stage.HTTP), reachable.reason(), reachable.text());
            }
            if (verdict instanceof Verdict.NotReachable not) {
                return new Said("not_reachable", lower(not.stage()), not.reason(), not.text());
            }
            return verdict instanceof Verdict.NotValid not
                    ? new Said("not_valid", null, null, not.text())
                    : new Said("not_asked", null, null, "The whole check was over before its turn came.");
        }

        private static String lower(Checked.Stage stage) {
            return stage.name().toLowerCase(Locale.ROOT);
        }
    }

    static CheckAnswer of(List<Checked> all) {
        return new CheckAnswer(all.stream().map(CheckAnswer::entry).toList());
    }

    /** On one line, for the audit log: nothing that the endpoint said but its status. */
    static String result(Checked one) {
        Said said = Said.of(one.verdict());
        return said.verdict()
                + (said.stage() == null ? "" : ": " + said.stage() + ", " + said.reason())
                + one.http()
                        .filter(http -> http.status().isPresent())
                        .map(http -> " " + http.status().getAsInt())
                        .orElse("");
    }

    private static Entry entry(Checked one) {
        Said said = Said.of(one.verdict());
        return new Entry(
                one.url(),
                said.verdict(),
                said.stage(),
                said.reason(),
                said.text(),
                one.dns().map(dns -> new Dns(dns.addresses(), ms(dns.took()))).orElse(null),
                one.tcp().map(tcp -> new Tcp(tcp.address(), ms(tcp.took()))).orElse(null),
                one.tls().map(CheckAnswer::tls).orElse(null),
                one.http().map(CheckAnswer::http).orElse(null),
                ms(one.took()));
    }

    private static Tls tls(Checked.Tls tls) {
        Checked.Certificate shown = tls.certificate();
        return new Tls(
                tls.protocol().orElse(null),
                shown.subject(),
                shown.issuer(),
                shown.names(),
                shown.end(),
                shown.daysLeft(),
                shown.trusted(),
                shown.forName().orElse(null),
                shown.refusal().orElse(null),
                ms(tls.took()));
    }

    private static Http http(Checked.Http http) {
        return new Http(http.status().isPresent() ? http.status().getAsInt() : null, ms(http.took()));
    }

    private static double ms(Duration time) {
        return Math.round(time.toNanos() / 10_000.0) / 100.0;
    }
}
