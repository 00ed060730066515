package dev.understudy.listener;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.testkit.SelfSigned;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Only this process is taken for this process. */
class OwnCertificatesTests {

    private static final X509Certificate OWN = certificate();
    private static final X509Certificate OTHER = certificate();

    private final OwnCertificates own = new OwnCertificates(List.of(OWN));

    @Test
    void theCertificateThatIsHereIsTaken() {
        assertThatCode(() -> own.checkServerTrusted(new X509Certificate[] {OWN}, "EC"))
                .doesNotThrowAnyException();
    }

    @Test
    void anotherOneOfTheSameNameIsNotNorIsOneThatComesWithIt() {
        assertThatThrownBy(() -> own.checkServerTrusted(new X509Certificate[] {OTHER}, "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> own.checkServerTrusted(new X509Certificate[] {OTHER, OWN}, "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> own.checkServerTrusted(new X509Certificate[0], "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> new OwnCertificates(List.of()).checkServerTrusted(new X509Certificate[] {OWN}, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    private static X509Certificate certificate() {
        return SelfSigned.of("localhost").trust().x509().get(0);
    }
}
