package dev.understudy.checkup;

import dev.understudy.catalog.OneLine;
import dev.understudy.checkup.Checked.Certificate;
import dev.understudy.tls.ObservedCertificates.Seen;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Says of a certificate what people look for. What stands in one is its maker's to choose. */
final class Certificates {

    static final int NAMES = 10;

    private static final int LONGEST = 100;
    private static final int CAUSES_READ = 10;
    private static final List<Integer> DNS_AND_IP = List.of(2, 7);

    private Certificates() {}

    static Certificate of(Seen seen, String host, Instant now) {
        X509Certificate certificate = seen.certificate();
        Instant end = certificate.getNotAfter().toInstant();
        List<String> names = names(certificate);
        return new Certificate(
                name(certificate.getSubjectX500Principal()),
                name(certificate.getIssuerX500Principal()),
                names,
                end,
                Math.floorDiv(
                        ChronoUnit.SECONDS.between(now, end),
                        ChronoUnit.DAYS.getDuration().toSeconds()),
                seen.trusted(),
                seen.forName(),
                seen.refusal().map(error -> refusal(seen, error, names, host, now)));
    }

    private static String refusal(Seen seen, Throwable error, List<String> names, String host, Instant now) {
        X509Certificate certificate = seen.certificate();
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (seen.trusted()) {
            return "It is not for " + host + ", but for "
                    + (names.isEmpty() ? "no name at all." : String.join(", ", names) + ".");
        }
        if (end.isBefore(now)) {
            return "It ended at " + end + ".";
        }
        if (begin.isAfter(now)) {
            return "It does not begin until " + begin + ".";
        }
        Throwable root = root(error);
        if (!(root instanceof CertPathBuilderException)) {
            return "Java does not accept it: " + fit(String.valueOf(root.getMessage()));
        }
        boolean signedByItself = certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
        return signedByItself
                ? "It is signed by itself, and is not among the certificates that are trusted."
                : "It was issued by " + name(certificate.getIssuerX500Principal())
                        + ", and no certificate that is trusted vouches for that"
                        + (seen.issued() ? "." : "; the endpoint does not send that of its issuer.");
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        for (int i = 0; i < CAUSES_READ && root.getCause() != null; i++) {
            root = Objects.requireNonNull(root.getCause());
        }
        return root;
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            @Nullable Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> DNS_AND_IP.contains(name.get(0)))
                            .map(name -> fit(String.valueOf(name.get(1))))
                            .limit(NAMES)
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static String name(X500Principal principal) {
        try {
            List<Rdn> parts = new LdapName(principal.getName()).getRdns();
            return part(parts, "CN").or(() -> part(parts, "O")).orElseGet(() -> fit(principal.getName()));
        } catch (InvalidNameException e) {
            return fit(principal.getName());
        }
    }

    private static Optional<String> part(List<Rdn> parts, String type) {
        return parts.stream()
                .filter(part -> part.getType().equalsIgnoreCase(type))
                .map(part -> fit(String.valueOf(part.getValue())))
                .findFirst();
    }

    private static String fit(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return OneLine.of(cut);
    }
}
