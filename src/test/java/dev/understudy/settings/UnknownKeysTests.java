package dev.understudy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class UnknownKeysTests {

    @ParameterizedTest
    @CsvSource({
        "understudy.apis.directry, understudy.apis.directory",
        "understudy.apis-directory, understudy.apis.directory",
        "understudy.failover.conect-timeout, understudy.failover.connect-timeout",
        "understudy.security.issuers.issuer, understudy.security.issuers[].issuer",
        "understudy.security.issuers[0].jwks-uri, understudy.security.issuers[].jwk-set-uri",
        "understudy.admin.users[0].pasword, understudy.admin.users[].password",
        "understudy.http[0].port, understudy.http.port",
        "understudy.http.port.x, understudy.http.port",
        "understudy.access-logs, understudy.access-log"
    })
    void stopTheStartFromAFileAndFromAnArgumentAndNameTheNearest(String key, String nearest) {
        assertThat(messageOf(yaml("'" + key + "': 1"))).contains("'" + key + "'", "Write '" + nearest + "'");
        assertThat(messageOf(new SimpleCommandLinePropertySource("--" + key + "=1")))
                .contains("'" + key + "'", "Write '" + nearest + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "UNDERSTUDY_APIS_DIRECTRY, understudy.apis.directory",
        "UNDERSTUDY_SECURITY_ISSUERS_0_JWKS_URI, understudy.security.issuers[].jwk-set-uri",
        "UNDERSTUDY_SECURITY_ISSUERS_ISSUER, understudy.security.issuers[].issuer",
        "UNDERSTUDY_ACCESSLOGS, understudy.access-log"
    })
    void stopTheStartFromTheEnvironment(String name, String nearest) {
        assertThat(messageOf(environment(name, "1"))).contains("Write '" + nearest + "'");
    }

    @Test
    void valuesAreNotTold() {
        assertThat(messageOf(yaml("understudy.admin.users[0].pasword: CANARY"))).doesNotContain("CANARY");
    }

    @Test
    void allAreNamedAtOnceWithTheirPlaces() {
        assertThat(messageOf(yaml("understudy:\n  x: 1\n  y: 2\n")))
                .contains("'understudy.x'", "'understudy.y'")
                .contains(" - 2:", " - 3:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "understudy:",
                "understudy: {cors: }",
                "understudy: {security: {issuers: []}, admin: {users: []}, trusted-proxies: []}",
                "understudy: {failover: {statuses: [502, 503]}, cors: {allowOrigins: 'a,b'}}",
                "understudy: {security: {issuers: [{issuer: a, audiences: [x, y]}], keyLifetime: 1m}}",
                "understudy: {access_log: text, trustedProxies: 10.0.0.0/8}",
                "understudier.x: 1"
            })
    void whatIsAKeyIsTakenHoweverItIsWritten(String yaml) {
        postProcess(yaml(yaml));
        assertThat(bound(yaml(yaml))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "UNDERSTUDY_APIS_DIRECTORY, x",
        "UNDERSTUDY_ACCESSLOG, text",
        "UNDERSTUDY_ACCESS_LOG, text",
        "UNDERSTUDY_SECURITY_KEY_LIFETIME, 5m",
        "UNDERSTUDY_SECURITY_ISSUERS_0_JWKSETURI, http://x/",
        "UNDERSTUDY_SECURITY_ISSUERS_0_AUDIENCES_1, x",
        "UNDERSTUDY_TRUSTEDPROXIES, 10.0.0.0/8"
    })
    void theEnvironmentIsTakenWithAndWithoutDashes(String name, String value) {
        postProcess(environment(name, value));
    }

    @ParameterizedTest
    @CsvSource({
        "UNDERSTUDY_SERVICE_HOST, 10.0.0.1",
        "UNDERSTUDY_SERVICE_PORT, 9090",
        "UNDERSTUDY_SERVICE_PORT_PLAIN, 9090",
        "UNDERSTUDY_PORT, tcp://10.0.0.1:9090",
        "UNDERSTUDY_PORT_9090_TCP, tcp://10.0.0.1:9090",
        "UNDERSTUDY_PORT_9090_TCP_ADDR, 10.0.0.1",
        "UNDERSTUDY_ADMIN_SERVICE_HOST, 10.0.0.2",
        "UNDERSTUDY_ADMIN_PORT, tcp://10.0.0.2:9843",
        "UNDERSTUDY_ADMIN_PORT_9843_TCP_PROTO, tcp"
    })
    void whatKubernetesSetsBesideAServiceOfThisNameIsLeftAlone(String name, String value) {
        postProcess(environment(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNDERSTUDY_URL", "UNDERSTUDY_USER", "UNDERSTUDY_PASSWORD", "UNDERSTUDY_TOKEN"})
    void whatTheCommandsAreToldByTheEnvironmentIsLeftAloneThereAndNowhereElse(String name) {
        postProcess(environment(name, "x"));

        String key = name.toLowerCase(Locale.ROOT).replace('_', '.');
        assertThat(messageOf(yaml(key + ": x"))).contains("'" + key + "'");
    }

    private static String messageOf(PropertySource<?> source) {
        String[] message = new String[1];
        assertThatExceptionOfType(UnknownKeys.UnknownKeysFound.class)
                .isThrownBy(() -> postProcess(source))
                .satisfies(found -> {
                    var analysis = Objects.requireNonNull(new UnknownKeys.Analyzer().analyze(found));
                    message[0] = analysis.getDescription() + "\n" + analysis.getAction();
                });
        return message[0];
    }

    private static void postProcess(PropertySource<?> source) {
        new UnknownKeys().postProcessEnvironment(holding(source), new SpringApplication());
    }

    private static UnderstudyProperties bound(PropertySource<?> source) {
        return Binder.get(holding(source)).bindOrCreate("understudy", UnderstudyProperties.class);
    }

    private static StandardEnvironment holding(PropertySource<?> source) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().stream()
                .map(PropertySource::getName)
                .toList()
                .forEach(environment.getPropertySources()::remove);
        environment.getPropertySources().addFirst(source);
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    private static PropertySource<?> environment(String name, String value) {
        return new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value));
    }

    private static PropertySource<?> yaml(String text) {
        try {
            return new YamlPropertySourceLoader()
                    .load("file", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
                    .get(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
