package dev.understudy.security;

import dev.understudy.catalog.TokenIssuers;
import dev.understudy.settings.UnderstudyProperties;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.io.Resource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** All issuers, by name. */
final class Issuers implements TokenIssuers, AutoCloseable {

    /** Longest time for which the start of the gateway waits for its issuers. */
    static final Duration PATIENCE_AT_START = PublishedKeys.TIMEOUT.plusMillis(500);

    private static final Pattern HTTP = Pattern.compile("https?://[^/?#\\s]+([/?][^#\\s]*)?");

    private final Map<String, Issuer> issuers;

    private Issuers(Map<String, Issuer> issuers) {
        this.issuers = Map.copyOf(issuers);
    }

    /** @throws InvalidConfigurationPropertyValueException if a key of an issuer is not as it must be */
    static Issuers of(UnderstudyProperties.Security settings) {
        Map<String, Issuer> issuers = new LinkedHashMap<>();
        for (int i = 0; i < settings.issuers().size(); i++) {
            Entry entry = new Entry(
                    "understudy.security.issuers[" + i + "]", settings.issuers().get(i));
            if (issuers.put(entry.name(), entry.issuer(settings.keyLifetime())) != null) {
                throw entry.fault("issuer", entry.name(), "there twice");
            }
        }
        return new Issuers(issuers);
    }

    Optional<Issuer> find(String name) {
        return Optional.ofNullable(issuers.get(name));
    }

    @Override
    public List<TokenIssuer> all() {
        return issuers.values().stream()
                .map(issuer -> new TokenIssuer(
                        issuer.name(), issuer.audiences(), issuer.keys().current() != KeySet.UNKNOWN))
                .sorted(Comparator.comparing(TokenIssuer::name))
                .toList();
    }

    void start() {
        published().forEach(IssuerKeys::start);
    }

    /** Ends once every issuer was asked for its keys, whatever came of it. */
    Mono<Void> asked() {
        return Flux.fromIterable(published()).flatMap(IssuerKeys::asked).then();
    }

    @Override
    public void close() {
        published().forEach(IssuerKeys::stop);
    }

    /** The keys that are fetched. */
    List<IssuerKeys> published() {
        return issuers.values().stream()
                .map(Issuer::keys)
                .filter(IssuerKeys.class::isInstance)
                .map(IssuerKeys.class::cast)
                .toList();
    }

    /** One entry of the list in the configuration. */
    private record Entry(String key, UnderstudyProperties.Issuer settings) {

        String name() {
            return settings.issuer();
        }

        Issuer issuer(Duration keyLifetime) {
            return new Issuer(name(), List.copyOf(settings.audiences()), keys(keyLifetime));
        }

        private KeySource keys(Duration keyLifetime) {
            String uri = settings.jwkSetUri();
            Resource file = settings.publicKeyLocation();
            if (uri != null && file == null) {
                return published(uri, keyLifetime);
            }
            if (uri == null && file != null) {
                return fixed(file);
            }
            String found = uri == null ? "neither" : "both";
            throw fault("jwk-set-uri", uri, found + " (expected: either jwk-set-uri or public-key-location)");
        }

        private KeySource published(String text, Duration keyLifetime) {
            if (!HTTP.matcher(text).matches()) {
                throw fault("jwk-set-uri", text, "no http or https URL (expected: where the JWK set is)");
            }
            Mono<KeySet> keys = PublishedKeys.at(text);
            return new IssuerKeys(name(), keys, keyLifetime, Schedulers.parallel(), System::nanoTime);
        }

        private KeySource fixed(Resource file) {
            String location = file.getDescription();
            try {
                VerificationKey key = VerificationKey.of(PublicKeyFile.read(file));
                return new KeySource.Fixed(new KeySet(List.of(key)));
            } catch (IllegalArgumentException e) {
                throw fault("public-key-location", location, location + ": " + e.getMessage());
            }
        }

        InvalidConfigurationPropertyValueException fault(String name, @Nullable Object value, String reason) {
            return new InvalidConfigurationPropertyValueException(
                    key + "." + name, value, "issuer '" + name() + "': " + reason);
        }
    }
}
