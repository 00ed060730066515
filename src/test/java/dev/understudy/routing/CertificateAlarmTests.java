package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.TlsEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class CertificateAlarmTests {

    private static final Authority AUTHORITY = new Authority("trusted");

    /** What may be wrong with a certificate, and what the log then says. */
    private enum Wrong {
        EXPIRED(AUTHORITY.issue("localhost", Instant.now().minus(Duration.ofHours(1))), "validity check failed"),
        FOR_ANOTHER_HOST(AUTHORITY.issue("other.example"), "No subject alternative DNS name matching localhost found"),
        OF_AN_UNKNOWN_AUTHORITY(new Authority("unknown").issue("localhost"), "unable to find valid certification path");

        private final KeyManager[] keys;
        private final String told;

        Wrong(KeyManager[] keys, String told) {
            this.keys = keys;
            this.told = told;
        }
    }

    // The first handshake of a process takes its time.
    private static final FailoverPolicy PATIENT =
            Policies.policy().connect(Duration.ofSeconds(10)).build();

    @TempDir
    private static Path folder;

    private static GatewayProcess gateway;

    private final AtomicLong nanos = new AtomicLong(-5);
    private final CertificateAlarm alarm = new CertificateAlarm(nanos::get);

    @BeforeAll
    static void start() throws Exception {
        gateway = AUTHORITY.trusted(folder, () -> new GatewayProcess(List.of()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aGoodCertificateIsServedAndNothingIsSaid(CapturedOutput output) throws IOException {
        try (TlsEndpoint first = endpoint(AUTHORITY.issue("localhost"));
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = gateway.things(PATIENT, first.url(), second.url());

            assertThat(post(api)).isEqualTo("first");
            assertThat(output).doesNotContain("The certificate of");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNextEndpointAnswersAndTheLogSaysOnceWhatIsWrong(Wrong wrong, CapturedOutput output) throws IOException {
        try (TlsEndpoint first = endpoint(wrong.keys);
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String one = gateway.things(PATIENT, first.url(), second.url());
            String other = gateway.things(PATIENT, first.url() + "/elsewhere", second.url());

            for (int i = 0; i < 3; i++) {
                assertThat(post(one)).isEqualTo("second");
            }
            assertThat(alarms(output, first))
                    .as(output.getOut())
                    .singleElement()
                    .asString()
                    .contains(wrong.told);
            assertThat(post(other)).isEqualTo("second");
            assertThat(alarms(output, first)).as("of two endpoints").hasSize(2);
            assertThat(first.requests()).isEmpty();
        }
    }

    @Test
    void isRaisedOnceAMinuteForEachEndpoint(CapturedOutput output) {
        raise("http://a", 10);
        raise("http://b", 10);
        assertThat(alarms(output)).hasSize(2);

        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        raise("http://a", 10);
        assertThat(alarms(output)).hasSize(2);

        nanos.addAndGet(1);
        raise("http://a", 10);
        assertThat(alarms(output)).hasSize(3);
    }

    @Test
    void isRaisedOnceWhereManyRequestsFailAtOnce(CapturedOutput output) {
        IntStream.range(0, 10_000).parallel().forEach(i -> raise("http://a", 1));

        assertThat(alarms(output)).hasSize(1);
    }

    @Test
    void writesNothingThatLooksLikeALineOfItsOwn(CapturedOutput output) {
        alarm.raise(Endpoint.parse("http://a"), new CertificateException("one\r\n2026 INFO two"));

        assertThat(alarms(output)).singleElement().asString().endsWith("one??2026 INFO two");
    }

    private void raise(String url, int times) {
        for (int i = 0; i < times; i++) {
            alarm.raise(Endpoint.parse(url), new CertificateException("wrong"));
        }
    }

    private static TlsEndpoint endpoint(KeyManager... keys) throws IOException {
        return new TlsEndpoint(Authority.context(keys), "first");
    }

    private static List<String> alarms(CapturedOutput output, TlsEndpoint of) {
        return alarms(output).stream().filter(line -> line.contains(of.url())).toList();
    }

    private static List<String> alarms(CapturedOutput output) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains("The certificate of"))
                .toList();
    }

    private static String post(String api) throws IOException {
        return RawCaller.call(gateway.port(), "POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                .text();
    }
}
