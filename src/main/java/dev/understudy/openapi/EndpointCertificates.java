package dev.understudy.openapi;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.Trust;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads {@code Endpoint-certificates}: which certificates the endpoints at a URL are judged by. A URL stands for all that
 * is below it, since one server has one certificate.
 */
final class EndpointCertificates {

    private static final String FOLDER = "Endpoint-certificates/";
    private static final List<String> LISTS =
            List.of(FOLDER + "endpoint_certificates.yaml", FOLDER + "endpoint_certificates.json");
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    /** More URLs, or certificates in one file, than anybody has. */
    private static final int AT_MOST = 200;

    /** What one line of the list says. */
    private record Entry(Place place, String url, Endpoint endpoint, List<String> certificates) {

        boolean isFor(Endpoint other) {
            return endpoint.secure() == other.secure()
                    && endpoint.host().equals(other.host())
                    && endpoint.port() == other.port()
                    && (other.basePath() + "/").startsWith(endpoint.basePath() + "/");
        }
    }

    private final ProjectFiles files;
    private final Findings findings;
    private final String list;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, List<String>> certificates = new HashMap<>();
    private final Set<Integer> used = new HashSet<>();

    /** One for all endpoints for which the same entries count. */
    private final Map<List<Integer>, Trust> trusts = new HashMap<>();

    EndpointCertificates(ProjectFiles files) {
        this.files = files;
        Optional<String> there = files.oneOf(LISTS);
        this.list = there.orElse(LISTS.get(0));
        this.findings = files.findings(list);
        there.flatMap(name -> files.tree(name, "a list of certificates of endpoints"))
                .ifPresent(this::read);
    }

    /** The same endpoint, with the certificates that the list has for it. */
    Endpoint trusting(Endpoint endpoint) {
        List<Integer> of = IntStream.range(0, entries.size())
                .filter(i -> entries.get(i).isFor(endpoint))
                .boxed()
                .toList();
        if (of.isEmpty()) {
            return endpoint;
        }
        used.addAll(of);
        return endpoint.trusting(trusts.computeIfAbsent(of, this::trust));
    }

    /** When all endpoints were read. */
    void warnOfUnused() {
        for (int i = 0; i < entries.size(); i++) {
            if (!used.contains(i)) {
                Entry entry = entries.get(i);
                findings.warn(
                        entry.place(), Value.shown(entry.url()) + " has no effect: no list of endpoints has this URL");
            }
        }
    }

    private Trust trust(List<Integer> of) {
        return new Trust(of.stream()
                .flatMap(i -> entries.get(i).certificates().stream())
                .distinct()
                .toList());
    }

    private void read(Mapping root) {
        List<Value> items =
                ApiYaml.present(root, "data").flatMap(findings::items).orElse(List.of());
        if (items.size() > AT_MOST) {
            findings.faultText(root.place(), items.size() + " entries (expected: " + AT_MOST + " at most)");
            return;
        }
        items.forEach(item -> findings.mapping(item).ifPresent(this::readEntry));
    }

    private void readEntry(Mapping entry) {
        Optional<Value> url = required(entry, "endpoint");
        Optional<Value> file = required(entry, "certificate");
        List<String> found = file.flatMap(findings::text)
                .map(name -> certificates(file.get(), name.strip()))
                .orElse(List.of());
        Optional<Endpoint> endpoint = url.flatMap(findings::text).flatMap(text -> endpoint(url.get(), text));
        if (endpoint.isPresent() && !found.isEmpty()) {
            entries.add(new Entry(url.get().place(), url.get().asText().orElse(""), endpoint.get(), found));
        }
    }

    private Optional<Value> required(Mapping entry, String name) {
        if (!entry.has(name)) {
            findings.faultText(entry.place(), "no " + name + " (expected: alias, endpoint and certificate)");
        }
        return entry.get(name);
    }

    private Optional<Endpoint> endpoint(Value at, String url) {
        try {
            return Optional.of(Endpoint.parse(url));
        } catch (IllegalArgumentException e) {
            findings.faultText(at.place(), Value.shown(url) + " (" + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    private List<String> certificates(Value at, String name) {
        if (!files.has(FOLDER + name)) {
            findings.fault(at, "the name of a file in Endpoint-certificates");
            return List.of();
        }
        return certificates.computeIfAbsent(name, this::readCertificates);
    }

    private List<String> readCertificates(String name) {
        String file = FOLDER + name;
        Optional<String> text = files.text(file);
        try {
            List<String> found = text.isPresent() ? blocks(text.get()) : List.of();
            if (found.isEmpty() && text.isPresent()) {
                refuse(file, "no certificate in PEM");
            }
            return found;
        } catch (CertificateException | IllegalArgumentException e) {
            refuse(file, "what is marked as a certificate is none, or there are more than " + AT_MOST);
            return List.of();
        }
    }

    private void refuse(String file, String found) {
        files.findings(file)
                .faultText(
                        new Place(null, "", 0),
                        found + " (expected: X.509 certificates in PEM, which begin with " + BEGIN + ")");
    }

    // Whatever else is in the file, such as a key or a text that explains, stays there.
    private static List<String> blocks(String text) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<String> blocks = new ArrayList<>();
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, begin)) {
            int end = text.indexOf(END, begin);
            if (end < 0 || blocks.size() == AT_MOST) {
                throw new IllegalArgumentException("not whole, or too many");
            }
            byte[] bytes = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            blocks.add(pem(
                    factory.generateCertificate(new ByteArrayInputStream(bytes)).getEncoded()));
            begin = end;
        }
        return List.copyOf(blocks);
    }

    private static String pem(byte[] certificate) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
        return BEGIN + "\n" + lines + "\n" + END + "\n";
    }
}
