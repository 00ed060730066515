package dev.understudy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

@ExtendWith(OutputCaptureExtension.class)
class UnderstudyPropertiesTests {

    /** All keys that users were promised, each with a value that is not its default. */
    private static final Map<String, String> PROMISED = Map.ofEntries(
            Map.entry("apis.directory", "elsewhere"),
            Map.entry("apis.watch", "false"),
            Map.entry("http.port", "-1"),
            Map.entry("security.issuers[0].issuer", "https://idp.example.com"),
            Map.entry("security.issuers[0].jwk-set-uri", "https://idp.example.com/jwks"),
            Map.entry("security.issuers[0].public-key-location", "file:other.pem"),
            Map.entry("security.issuers[0].audiences", "mine,second"),
            Map.entry("security.forward-token", "true"),
            Map.entry("security.key-lifetime", "10m"),
            Map.entry("security.max-cached-tokens", "0"),
            Map.entry("failover.connect-timeout", "2s"),
            Map.entry("failover.response-timeout", "31s"),
            Map.entry("failover.deadline", "61s"),
            Map.entry("failover.idle-timeout", "62s"),
            Map.entry("failover.statuses", "500,503"),
            Map.entry("failover.replay-limit", "0B"),
            Map.entry("failover.replay-memory", "65MB"),
            Map.entry("failover.trust-idempotency-key", "true"),
            Map.entry("failover.suspend-after", "4"),
            Map.entry("failover.suspend-at-rate", "50"),
            Map.entry("failover.suspend-for", "2s"),
            Map.entry("failover.suspend-at-most", "63s"),
            Map.entry("failover.probe.interval", "2s"),
            Map.entry("failover.probe.timeout", "3s"),
            Map.entry("failover.probe.path", "/up"),
            Map.entry("failover.probe.always", "true"),
            Map.entry("failover.expose-headers", "true"),
            Map.entry("limits.max-header-size", "17KB"),
            Map.entry("limits.max-request-line", "9KB"),
            Map.entry("limits.header-timeout", "11s"),
            Map.entry("limits.max-body-size", "1MB"),
            Map.entry("limits.max-in-flight", "1"),
            Map.entry("cors.enabled", "true"),
            Map.entry("cors.allow-origins", "https://a.example,https://b.example"),
            Map.entry("cors.allow-methods", "GET"),
            Map.entry("cors.allow-headers", "x-a"),
            Map.entry("cors.expose-headers", "x-b"),
            Map.entry("cors.allow-credentials", "true"),
            Map.entry("caller.claim", "azp"),
            Map.entry("caller.hashed", "false"),
            Map.entry("secrets.directories", "/run/secrets"),
            Map.entry("secrets.variables", "SHOP_*"),
            Map.entry("shutdown.delay", "0s"),
            Map.entry("admin.users[0].username", "anna"),
            Map.entry("admin.users[0].password", "{noop}x"),
            Map.entry("admin.users[0].roles", "viewer,deployer"),
            Map.entry("store.type", "postgresql"),
            Map.entry("store.directory", "elsewhere"),
            Map.entry("control-plane.urls", "https://a.example,https://b.example:9843"),
            Map.entry("control-plane.username", "edge"),
            Map.entry("control-plane.password", "x"),
            Map.entry("control-plane.ssl-bundle", "ours"),
            Map.entry("trusted-proxies", "10.0.0.0/8,::1/128"),
            Map.entry("access-log", "text"),
            Map.entry("role", "control-plane"),
            Map.entry("name", "edge-1"));

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(UnderstudyProperties.class)
    static class OnlyProperties {}

    private static final String NO_WEB = "--spring.main.web-application-type=none";

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(OnlyProperties.class);

    @Test
    void thePromisedKeysAreAllKeysThereAre() {
        TreeSet<String> promised = new TreeSet<>();
        PROMISED.keySet().forEach(key -> promised.add("understudy." + key.replace("[0]", "[]")));
        TreeSet<String> all = new TreeSet<>();
        Keys.all().forEach(key -> all.add(key.endsWith("[]") ? key.substring(0, key.length() - 2) : key));
        assertThat(all).isEqualTo(promised);
    }

    @Test
    void eachPromisedKeyChangesWhatIsBound() {
        String[] defaults = new String[1];
        ApplicationContextRunner withWhatOthersNeed = runner.withPropertyValues(
                "understudy.admin.users[0].username=u",
                "understudy.admin.users[0].password={noop}p",
                "understudy.security.issuers[0].issuer=i",
                "understudy.role=gateway",
                "understudy.control-plane.username=u",
                "understudy.control-plane.password=p");
        withWhatOthersNeed.run(context -> defaults[0] = text(context.getBean(UnderstudyProperties.class)));
        PROMISED.forEach((key, value) -> withWhatOthersNeed
                .withPropertyValues("understudy." + key + "=" + value)
                .run(context -> assertThat(text(context.getBean(UnderstudyProperties.class)))
                        .as(key)
                        .isNotEqualTo(defaults[0])));
    }

    @ParameterizedTest
    @CsvSource({
        "name, ''",
        "failover.connect-timeout, 0s",
        "failover.connect-timeout, -1s",
        "failover.connect-timeout, 10us",
        "failover.connect-timeout, 30d",
        "failover.response-timeout, 0",
        "failover.deadline, 0s",
        "failover.idle-timeout, -5s",
        "failover.replay-limit, -1B",
        "failover.replay-memory, -1B",
        "failover.trust-idempotency-key, sometimes",
        "failover.suspend-after, 0",
        "failover.suspend-at-rate, 0",
        "failover.suspend-at-rate, 101",
        "failover.suspend-for, 0s",
        "failover.suspend-at-most, 0s",
        "failover.probe.interval, 0s",
        "failover.probe.timeout, -1s",
        "failover.probe.path, ''",
        "failover.probe.path, up",
        "failover.probe.path, http://a/up",
        "failover.probe.path, /is it up",
        "failover.probe.path, '/up\r\nX: y'",
        "failover.probe.path, /up#now",
        "failover.probe.path, /%zz",
        "failover.probe.always, 1s",
        "failover.statuses, 200",
        "failover.deadline, soon",
        "limits.max-header-size, 0B",
        "limits.max-request-line, -8KB",
        "limits.header-timeout, 0s",
        "limits.max-body-size, 0B",
        "limits.max-in-flight, 0",
        "security.max-cached-tokens, -1",
        "security.key-lifetime, 0s",
        "security.key-lifetime, 29s",
        "security.key-lifetime, -5m",
        "shutdown.delay, -1s",
        "shutdown.delay, 1 minute",
        "http.port, 65536",
        "http.port, -2",
        "role, both",
        "access-log, xml",
        "apis.directory, ''",
        "trusted-proxies, 10.0.0.1",
        "trusted-proxies, 10.0.0.0/33",
        "trusted-proxies, 10.0.0/8",
        "trusted-proxies, fd00::/129",
        "trusted-proxies, proxy.example.com/32",
        "trusted-proxies, '10.0.0.0/8,*'"
    })
    void aWrongValueStopsTheStartAndIsNamed(String key, String value) {
        runner.withPropertyValues("understudy." + key + "=" + value)
                .run(context -> assertThat(context)
                        .getFailure()
                        .satisfies(failure -> assertThat(chain(failure)).contains(key)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failover.connect-timeout=0s",
                "trusted-proxies=proxy.example.com/8",
                "limits.max-in-flight=0",
                "shutdown.delay=-1s"
            })
    void whoeverStartsTheGatewayIsToldWithoutAStackTrace(String wrong, CapturedOutput output) {
        try {
            new SpringApplicationBuilder(OnlyProperties.class)
                    .run(NO_WEB, "--understudy." + wrong)
                    .close();
        } catch (RuntimeException e) {
            // Told on the output.
        }
        assertThat(output)
                .contains("APPLICATION FAILED TO START", "understudy." + wrong.split("=")[0], "expected: ")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "suspend-for=2m | suspend-at-most=90s | suspend-for | 120s | suspend-at-most, which is 90s",
                "suspend-for=1s | suspend-at-most=500ms | suspend-for | 1s | suspend-at-most, which is 500ms",
                "suspend-for=61s | suspend-at-most=60s | suspend-for | 61s | suspend-at-most, which is 60s",
                "replay-limit=2KB | replay-memory=1KB | replay-memory | 1024B | replay-limit, which is 2048B",
                "replay-limit=64KB | replay-memory=1KB | replay-memory | 1024B | replay-limit, which is 65536B",
                "replay-limit=65MB | replay-memory=64MB | replay-memory | 67108864B | replay-limit, which is 68157440B",
                "connect-timeout=1s | deadline=999ms | connect-timeout | 1s | deadline, which is 999ms",
                "response-timeout=30s | deadline=2s | response-timeout | 30s | deadline, which is 2s",
                "response-timeout=90s | deadline=60s | response-timeout | 90s | deadline, which is 60s"
            })
    void whereTwoValuesThatAreSetDoNotFitTogetherBothAreTold(
            String one, String second, String key, String value, String other) {
        runner.withPropertyValues("understudy.failover." + one, "understudy.failover." + second)
                .run(context -> assertThat(context)
                        .getFailure()
                        .satisfies(failure -> assertThat(chain(failure))
                                .contains(
                                        "understudy.failover." + key,
                                        "'" + value + "'",
                                        "understudy.failover." + other)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "suspend-at-most=500ms | 500ms | 500ms",
                "suspend-at-most=5m | 1s | 5m",
                "suspend-for=90s | 90s | 90s",
                "suspend-for=2s | 2s | 60s",
                "suspend-for=1s | 1s | 60s"
            })
    void ofTheTimesOfASuspensionTheOneThatIsNotSetGivesWay(String set, String least, String most) {
        assertThat(failover(set).suspendFor()).isEqualTo(DurationStyle.detectAndParse(least));
        assertThat(failover(set).suspendAtMost()).isEqualTo(DurationStyle.detectAndParse(most));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replay-limit=65MB | 65MB | 65MB",
                "replay-limit=1MB | 1MB | 64MB",
                "replay-limit=0B | 0B | 64MB",
                "replay-memory=1KB | 1KB | 1KB",
                "replay-memory=1GB | 64KB | 1GB",
                "replay-memory=0B | 0B | 0B"
            })
    void ofTheSizesOfKeptBodiesTheOneThatIsNotSetGivesWay(String set, String limit, String memory) {
        assertThat(failover(set).replayLimit()).isEqualTo(DataSize.parse(limit));
        assertThat(failover(set).replayMemory()).isEqualTo(DataSize.parse(memory));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"deadline=2s | 1s | 2s", "deadline=300ms | 300ms | 300ms", "deadline=5m | 1s | 30s"})
    void theDefaultsOfOneAttemptGiveWayToAShortDeadline(String set, String connect, String response) {
        assertThat(failover(set).connectTimeout()).isEqualTo(DurationStyle.detectAndParse(connect));
        assertThat(failover(set).responseTimeout()).isEqualTo(DurationStyle.detectAndParse(response));
    }

    @Test
    void theDefaultDeadlineDoesNotGiveWay() {
        assertThat(failover("response-timeout=90s").deadline()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void noStatusAtAllMayCountAsAFailure() {
        assertThat(failover("statuses=").statuses()).isEmpty();
    }

    private UnderstudyProperties.Failover failover(String set) {
        UnderstudyProperties.Failover[] bound = new UnderstudyProperties.Failover[1];
        runner.withPropertyValues("understudy.failover." + set)
                .run(context ->
                        bound[0] = context.getBean(UnderstudyProperties.class).failover());
        return bound[0];
    }

    @Test
    void aLimitOfOneBodyBesideNoMemoryForAnyIsNoContradiction() {
        runner.withPropertyValues("understudy.failover.replay-memory=0B", "understudy.failover.replay-limit=1MB")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/a/b%20c;d=e/", "/status?deep=false&of=a/b?c"})
    void aProbeAsksForAnyPath(String path) {
        runner.withPropertyValues("understudy.failover.probe.path=" + path)
                .run(context -> assertThat(context.getBean(UnderstudyProperties.class)
                                .failover()
                                .probe()
                                .path())
                        .isEqualTo(path));
    }

    @Test
    void aGatewayThatFollowsControlPlanesIsNothingElseAndCanSignIn() {
        String urls = "--understudy.control-plane.urls=https://one.example:9843";
        String[] whole = {
            urls,
            "--understudy.role=gateway",
            "--understudy.control-plane.username=edge",
            "--understudy.control-plane.password=its-secret"
        };
        assertThat(refusal(urls)).contains("control-plane.urls", "with understudy.role: gateway");
        assertThat(refusal(urls, "--understudy.role=gateway")).contains("control-plane.username", "the role gateway");
        assertThat(refusal(whole[0], whole[1], whole[2])).contains("control-plane.password");
        assertThat(refusal("--understudy.control-plane.urls=http://one.example", whole[1], whole[2], whole[3]))
                .contains("https://<host>:<port>")
                .doesNotContain("its-secret");
        assertThat(refusal(whole[0], whole[1], whole[2], whole[3], "--understudy.store.type=postgresql"))
                .contains("either these or understudy.store.type: postgresql");

        try (ConfigurableApplicationContext context =
                new SpringApplicationBuilder(OnlyProperties.class).run(withNoWeb(whole))) {
            UnderstudyProperties properties = context.getBean(UnderstudyProperties.class);
            assertThat(properties.controlPlane().isFollowed()).isTrue();
            assertThat(properties.toString()).doesNotContain("its-secret");
        }
    }

    private static String refusal(String... arguments) {
        return chain(catchThrowable(() -> new SpringApplicationBuilder(OnlyProperties.class)
                .run(withNoWeb(arguments))
                .close()));
    }

    private static String[] withNoWeb(String... arguments) {
        return Stream.concat(Stream.of(NO_WEB), Stream.of(arguments)).toArray(String[]::new);
    }

    private static String text(UnderstudyProperties properties) {
        return properties.toString()
                + properties.controlPlane().password()
                + properties.admin().users().stream()
                        .map(UnderstudyProperties.User::password)
                        .toList();
    }

    private static String chain(Throwable failure) {
        StringBuilder chain = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            chain.append(cause).append('\n');
        }
        return chain.toString();
    }
}
