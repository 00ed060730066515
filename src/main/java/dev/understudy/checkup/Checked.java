package dev.understudy.checkup;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What came of the check of one URL. Each stage is there if it was passed; of TLS, also if the endpoint showed a certificate
 * and it was not accepted.
 *
 * @param url as it was asked for
 * @param dns the look for its addresses
 * @param tcp the connection
 * @param tls the handshake; empty for {@code http} and {@code ws}
 * @param http the answer; empty for {@code ws} and {@code wss}
 * @param took all of it together
 */
public record Checked(
        String url,
        Verdict verdict,
        Optional<Dns> dns,
        Optional<Tcp> tcp,
        Optional<Tls> tls,
        Optional<Http> http,
        Duration took) {

    /** In this order. */
    public enum Stage {
        DNS,
        TCP,
        TLS,
        HTTP
    }

    /** What follows from it. Texts are sentences for people, on one line. */
    public sealed interface Verdict {

        /** It gave an answer that nothing is wrong with. */
        record Answers() implements Verdict {}

        /** A connection comes about. That is all that is looked at of {@code ws} and {@code wss}. */
        record Connects() implements Verdict {}

        /**
         * A connection comes about, but its answer is none that is good.
         *
         * @param reason {@code status}, or the word that attempts have for it, such as {@code timeout}
         */
        record Reachable(String reason, String text) implements Verdict {}

        /**
         * Requests would not get there.
         *
         * @param stage that was not passed
         * @param reason the word that attempts have for it, such as {@code refused}
         */
        record NotReachable(Stage stage, String reason, String text) implements Verdict {}

        /** It is no URL of an endpoint, and was not asked. @param text what was expected */
        record NotValid(String text) implements Verdict {}

        /** The time of the whole check was over before its turn came. */
        record NotAsked() implements Verdict {}
    }

    /** @param addresses IPv4 and IPv6, in the order in which they are tried; without port */
    public record Dns(List<String> addresses, Duration took) {}

    /** @param address which of them it is connected to; with port. @param took since the address was known */
    public record Tcp(String address, Duration took) {}

    /**
     * @param protocol such as {@code TLSv1.3}; empty: the handshake failed
     * @param certificate that of the endpoint
     * @param took until the handshake was over, one way or the other
     */
    public record Tls(Optional<String> protocol, Certificate certificate, Duration took) {}

    /**
     * Its texts are the endpoint's own words, shortened, on one line.
     *
     * @param subject common name, or what there is in its place
     * @param issuer the same of who issued it
     * @param names that it is for, the first {@value Certificates#NAMES} of them; may be empty
     * @param end when it ends
     * @param daysLeft whole days until then, below zero if it has ended
     * @param trusted whether it is accepted, but for its name
     * @param forName whether it is for the host of the URL; empty: that is not looked at, as it is not trusted
     * @param refusal why it is not accepted; empty: it is
     */
    public record Certificate(
            String subject,
            String issuer,
            List<String> names,
            Instant end,
            long daysLeft,
            boolean trusted,
            Optional<Boolean> forName,
            Optional<String> refusal) {}

    /** @param status of the answer; empty: there was none. @param took since there was a connection */
    public record Http(OptionalInt status, Duration took) {}
}
