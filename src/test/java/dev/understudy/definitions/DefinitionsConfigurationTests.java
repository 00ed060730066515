package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.Reading;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.testkit.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;
import reactor.netty.resources.LoopResources;

@ExtendWith(OutputCaptureExtension.class)
class DefinitionsConfigurationTests {

    private static final String DOCUMENT = """
            openapi: 3.0.3
            info: {title: T, version: '1'}
            x-wso2-production-endpoints: {urls: ['http://a']}
            paths: {/x: {get: {responses: {'200': {description: OK}}}}}
            """;

    @Test
    void whatTheConfigurationSaysHoldsWhereADocumentSaysNothing() {
        Map<String, String> keys = Map.ofEntries(
                Map.entry("connect-timeout", "2s"),
                Map.entry("response-timeout", "3s"),
                Map.entry("deadline", "4s"),
                Map.entry("idle-timeout", "5s"),
                Map.entry("statuses", "503"),
                Map.entry("replay-limit", "1KB"),
                Map.entry("trust-idempotency-key", "true"),
                Map.entry("suspend-after", "6"),
                Map.entry("suspend-at-rate", "50"),
                Map.entry("suspend-for", "7s"),
                Map.entry("suspend-at-most", "8s"),
                Map.entry("probe.interval", "9s"),
                Map.entry("probe.timeout", "10s"),
                Map.entry("probe.path", "/up"),
                Map.entry("probe.always", "true"),
                Map.entry("expose-headers", "true"));

        assertThat(policy(keys))
                .isEqualTo(Policies.policy()
                        .connect(Duration.ofSeconds(2))
                        .response(Duration.ofSeconds(3))
                        .deadline(Duration.ofSeconds(4))
                        .idle(Duration.ofSeconds(5))
                        .statuses(503)
                        .replayLimit(1024)
                        .trustIdempotencyKey()
                        .suspension(6, Duration.ofSeconds(7), Duration.ofSeconds(8))
                        .suspendAtRate(50)
                        .probe(Duration.ofSeconds(9), Duration.ofSeconds(10))
                        .probePath("/up")
                        .probeAlways()
                        .exposeHeaders()
                        .build());
    }

    @Test
    void theDefaultsAreThoseThatUsersWerePromised() {
        assertThat(policy(Map.of())).isEqualTo(Policies.policy().build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect-timeout", "response-timeout"})
    void aLimitOfOneAttemptThatIsLongerThanTheDefaultDeadlineIsCutShortAndAWarningNamesBoth(
            String key, CapturedOutput output) {
        FailoverPolicy policy = policy(Map.of(key, "90s"));

        assertThat(policy.deadline()).isEqualTo(Duration.ofSeconds(60));
        assertThat(key.equals("connect-timeout") ? policy.connectTimeout() : policy.responseTimeout())
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(output)
                .contains("understudy.failover." + key
                        + " is cut short by understudy.failover.deadline, which is 60 s: set that, too");
    }

    @Test
    void defaultsThatGiveWayAreNothingToWarnOf(CapturedOutput output) {
        FailoverPolicy policy = policy(Map.of("deadline", "500ms"));

        assertThat(policy.connectTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(policy.responseTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(output).doesNotContain("cut short");
    }

    @Test
    void aStoreInADatabaseNeedsItsAddressAndTellsNoPassword() {
        MapConfigurationPropertySource source =
                new MapConfigurationPropertySource(Map.of("understudy.store.type", "postgresql"));
        UnderstudyProperties properties = new Binder(source).bindOrCreate("understudy", UnderstudyProperties.class);
        MockEnvironment environment = new MockEnvironment();
        DefinitionsConfiguration configuration = new DefinitionsConfiguration();
        LoopResources loops = LoopResources.create("test");
        ObjectProvider<SslBundles> bundles = new StaticListableBeanFactory().getBeanProvider(SslBundles.class);

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> configuration.store(properties, environment, loops, bundles))
                .withMessageContaining("spring.datasource.url")
                .withMessageContaining("expected: jdbc:postgresql://");
        environment.setProperty("spring.datasource.url", "jdbc:mysql://db/understudy?password=secret");
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> configuration.store(properties, environment, loops, bundles))
                .withMessageContaining("spring.datasource.url")
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("secret"));
    }

    private static FailoverPolicy policy(Map<String, String> keys) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        keys.forEach((key, value) -> source.put("understudy.failover." + key, value));
        UnderstudyProperties properties = new Binder(source).bindOrCreate("understudy", UnderstudyProperties.class);
        DefinitionsConfiguration configuration = new DefinitionsConfiguration();
        Reading reading = new OpenApiReader(configuration.documentDefaults(properties))
                .read("t.yaml", DOCUMENT.getBytes(StandardCharsets.UTF_8));
        assertThat(reading).isInstanceOf(Reading.Accepted.class);
        return ((Reading.Accepted) reading)
                .api()
                .operations()
                .get(0)
                .production()
                .orElseThrow()
                .policy();
    }
}
