package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.accepted;
import static dev.understudy.openapi.Readers.faults;
import static dev.understudy.openapi.Readers.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Capacity;
import dev.understudy.endpoint.FailoverPolicy.Repeats;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import dev.understudy.testkit.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyReaderTests {

    private static final String PLACE = "#/x-wso2-production-endpoints/advanceEndpointConfig";

    /** @param advanced what stands in {@code advanceEndpointConfig} */
    private static String document(String advanced) {
        return """
                openapi: 3.0.3
                info: {title: T, version: '1'}
                x-wso2-production-endpoints:
                  urls: ['http://a']
                  advanceEndpointConfig: %s
                paths: {/x: {get: {responses: {'200': {description: OK}}}}}
                """.formatted(advanced);
    }

    private static FailoverPolicy policy(String advanced) {
        return policy(accepted(document(advanced)).operations().get(0));
    }

    private static FailoverPolicy policy(Operation operation) {
        return operation.production().orElseThrow().policy();
    }

    private static FailoverPolicy policyOver(FailoverPolicy base, String advanced) {
        OpenApiReader reader = new OpenApiReader(new Defaults(base, 64 << 20, Readers.CORS, false));
        byte[] content = document(advanced).getBytes(StandardCharsets.UTF_8);
        return policy(accepted(reader.read("t.yaml", content)).operations().get(0));
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    @Test
    void everyMemberOfFailoverCounts() {
        String advanced = """
                {failover: {connectTimeout: 300ms, responseTimeout: 1s, deadline: 2s, idleTimeout: 5s, statuses: [429, 503],
                    replayLimit: 1MB, suspendAfter: 5, suspendAtRate: 50, suspendFor: 3s, suspendAtMost: 4s,
                    probe: {interval: 6s, timeout: 7s, path: /health, always: true},
                    trustIdempotencyKey: true, exposeHeaders: true}}
                """;

        assertThat(policy(advanced))
                .isEqualTo(Policies.policy()
                        .connect(millis(300))
                        .response(millis(1000))
                        .deadline(millis(2000))
                        .idle(millis(5000))
                        .eventStreamIdle(millis(5000))
                        .statuses(429, 503)
                        .replayLimit(1 << 20)
                        .suspension(5, millis(3000), millis(4000))
                        .suspendAtRate(50)
                        .probe(millis(6000), millis(7000))
                        .probePath("/health")
                        .probeAlways()
                        .trustIdempotencyKey()
                        .exposeHeaders()
                        .build());
        assertThat(warnings(document(advanced))).isEmpty();
    }

    @Test
    void whatAListDoesNotSayIsAsTheConfigurationHasIt() {
        FailoverPolicy base = Policies.policy()
                .connect(millis(400))
                .deadline(millis(9000))
                .suspension(7, millis(2000), millis(5000))
                .suspendAtRate(20)
                .probe(millis(3000), millis(4000))
                .probePath("/up")
                .probeAlways()
                .trustIdempotencyKey()
                .replayLimit(5)
                .build();

        FailoverPolicy policy = policyOver(base, "{failover: {suspendAfter: 2, probe: {timeout: 1s}}}");

        assertThat(policy)
                .isEqualTo(Policies.policy()
                        .connect(millis(400))
                        .deadline(millis(9000))
                        .suspension(2, millis(2000), millis(5000))
                        .suspendAtRate(20)
                        .probe(millis(3000), millis(1000))
                        .probePath("/up")
                        .probeAlways()
                        .trustIdempotencyKey()
                        .replayLimit(5)
                        .build());
        assertThat(policyOver(base, "{failover: {trustIdempotencyKey: false, probe: {always: false}}}"))
                .satisfies(own -> assertThat(own.trustIdempotencyKey()).isFalse())
                .satisfies(own -> assertThat(own.probe().always()).isFalse());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replayLimit | -1B | a size such as 64KB",
                "replayLimit | lots | a size such as 64KB",
                "replayLimit | 99999999999999TB | a size such as 64KB",
                "suspendAfter | 0 | a whole number greater than 0",
                "suspendAtRate | 0 | a whole number from 1 to 100",
                "suspendAtRate | 101 | a whole number from 1 to 100",
                "suspendAtRate | 50% | a whole number from 1 to 100",
                "suspendFor | 0s | a time from 1ms to 24d",
                "suspendAtMost | 25d | a time from 1ms to 24d",
                "deadline | soon | a time from 1ms to 24d",
                "probe | /health | a map",
                "probe/path | health | a path such as /health",
                "probe/path | '/is it up' | a path such as /health",
                "probe/path | '/up#now' | a path such as /health",
                "probe/path | \"/up\\r\\nX: y\" | a path such as /health",
                "probe/always | 1 | true or false",
                "probe/interval | 0 | a time from 1ms to 24d",
                "trustIdempotencyKey | yes | true or false"
            })
    void aWrongValueIsRefusedWithItsPlace(String member, String value, String expected) {
        String[] names = member.split("/");
        String inner = names.length == 1 ? value : "{" + names[1] + ": " + value + "}";

        assertThat(faults(document("{failover: {" + names[0] + ": " + inner + "}}")))
                .singleElement()
                .asString()
                .startsWith(PLACE + "/failover/" + member + " (line 5): ")
                .contains("(expected: " + expected);
    }

    @Test
    void aNameThatIsNoneIsRefusedWithTheNearest() {
        assertThat(faults(document("{failover: {suspendAtRat: 5, probe: {pth: /x}}}")))
                .hasSize(2)
                .anySatisfy(fault -> assertThat(fault).contains("did you mean 'suspendAtRate'?"))
                .anySatisfy(fault -> assertThat(fault).contains("did you mean 'path'?"));
    }

    @Test
    void aBodyThatIsLongerThanAllTogetherMayBeIsNotKeptAndAWarningSaysSo() {
        String more = "{failover: {replayLimit: 65MB}}";

        assertThat(policy(more).replayLimitBytes()).isEqualTo(65 << 20);
        assertThat(warnings(document(more)))
                .containsExactly(PLACE + "/failover/replayLimit (line 5): '65MB' is more than"
                        + " understudy.failover.replay-memory, which is 64MB: what is longer than that is not kept");
        assertThat(warnings(document("{failover: {replayLimit: 64MB}}"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "1, 1B", "1023, 1023B", "1024, 1KB", "1025, 1025B", "67108864, 64MB", "2147483648, 2GB"})
    void sizesAreToldShort(long bytes, String told) {
        assertThat(Quantities.shown(bytes)).isEqualTo(told);
    }

    @Nested
    class TheNearestList {

        private final List<Operation> operations = accepted("""
                        openapi: 3.0.3
                        info: {title: T, version: '1'}
                        x-wso2-endpoints:
                          - named: {urls: ['http://n'], advanceEndpointConfig: {failover: {suspendAfter: 9}}}
                        x-wso2-production-endpoints:
                          urls: ['http://a']
                          advanceEndpointConfig: {timeoutInMillis: 5000, failover: {suspendAfter: 2}}
                        x-wso2-sandbox-endpoints:
                          urls: ['http://s']
                          advanceEndpointConfig: {retryConfig: {count: 1}}
                        paths:
                          /api: {get: {responses: {'200': {description: OK}}}}
                          /path:
                            x-wso2-production-endpoints: {urls: ['http://p']}
                            get: {responses: {'200': {description: OK}}}
                            put:
                              x-wso2-production-endpoints: '#/x-wso2-endpoints/named'
                              responses: {'200': {description: OK}}
                        """).operations();

        private FailoverPolicy of(String operation) {
            return policy(operations.stream()
                    .filter(each -> (each.method() + " " + each.path()).equals(operation))
                    .findFirst()
                    .orElseThrow());
        }

        @Test
        void countsAsAWholeSoThatNothingOfAListAboveIsLeft() {
            assertThat(of("GET /api"))
                    .isEqualTo(Policies.policy()
                            .deadline(millis(5000))
                            .suspension(2, millis(1000), millis(60_000))
                            .build());
            assertThat(of("GET /path")).isEqualTo(Readers.POLICY);
            assertThat(of("PUT /path"))
                    .isEqualTo(Policies.policy()
                            .suspension(9, millis(1000), millis(60_000))
                            .build());
        }

        @Test
        void isLookedForApartForTheSandbox() {
            assertThat(operations)
                    .hasSize(3)
                    .allSatisfy(operation -> assertThat(
                                    operation.sandbox().orElseThrow().policy())
                            .isEqualTo(Policies.policy().repeats(1, 504).build()));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "advanceEndpointConfig | {timeoutInMillis: 5000}",
                    "securityConfig | {type: BASIC, username: u, password: s3cret}",
                    "securityConfig | s3cret",
                    "urls | ['http://b']"
                })
        void isAskedForWhatStandsBesideItInsteadOfInIt(String member, String value) {
            String document = document("{}").replace("paths:", member + ": " + value + "\npaths:");

            assertThat(faults(document))
                    .containsExactly("#/" + member + " (line 6): " + member + " beside the list of endpoints"
                            + " (expected: within it, indented as deep as urls)");
        }
    }

    @Nested
    class TheTimesOfASuspension {

        @Test
        void areRefusedWhereTheLeastIsLongerThanTheMost() {
            assertThat(faults(document("{failover: {suspendFor: 3s, suspendAtMost: 1500ms}}")))
                    .containsExactly(PLACE
                            + "/failover/suspendFor (line 5): '3s' (expected: at most suspendAtMost, which is 1500ms)");
        }

        @ParameterizedTest
        @CsvSource({
            "suspendFor: 90s, 90000, 90000",
            "suspendFor: 2s, 2000, 60000",
            "suspendAtMost: 500ms, 500, 500",
            "suspendAtMost: 5m, 1000, 300000",
            "'suspendFor: 2s, suspendAtMost: 2s', 2000, 2000"
        })
        void giveWayWhereTheListDoesNotSayThem(String own, long least, long most) {
            assertThat(policy("{failover: {" + own + "}}").suspension())
                    .isEqualTo(new Suspension(3, Optional.empty(), millis(least), millis(most)));
        }
    }

    @Nested
    class TheDeadline {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{timeoutInMillis: 2000}",
                    "{failover: {deadline: 2s}}",
                    "{timeoutInMillis: 2000, failover: {deadline: 2s}}"
                })
        void isSaidInEitherWayAndCutsTheDefaultsOfOneAttemptShort(String advanced) {
            assertThat(policy(advanced).deadline()).isEqualTo(millis(2000));
            assertThat(policy(advanced).responseTimeout()).isEqualTo(millis(2000));
            assertThat(policy(advanced).connectTimeout()).isEqualTo(millis(1000));
            assertThat(warnings(document(advanced))).isEmpty();
        }

        @Test
        void isRefusedWhereBothWaysDiffer() {
            assertThat(faults(document("{failover: {deadline: 2s}, timeoutInMillis: 30000}")))
                    .containsExactly(PLACE + "/failover/deadline (line 5): '2s' beside a timeoutInMillis of 30000"
                            + " (expected: only one of them, or the same)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "soon", "1.5", "2073600001", "'2s'"})
        void isAWholeNumberOfMilliseconds(String timeout) {
            assertThat(faults(document("{timeoutInMillis: " + timeout + "}")))
                    .singleElement()
                    .asString()
                    .startsWith(PLACE + "/timeoutInMillis")
                    .contains("(expected: a whole number from 1 to 2073600000)");
        }

        @ParameterizedTest
        @CsvSource({
            "connectTimeout, '{timeoutInMillis: 2000, failover: {connectTimeout: 2001ms}}', 2001ms",
            "responseTimeout, '{failover: {deadline: 2s, responseTimeout: 3s}}', 3s"
        })
        void refusesALongerLimitOfTheSameList(String member, String advanced, String found) {
            assertThat(faults(document(advanced)))
                    .containsExactly(PLACE + "/failover/" + member + " (line 5): '" + found
                            + "' (expected: at most the deadline, which is 2s)");
        }

        @Test
        void ofTheConfigurationHoldsAndAWarningSaysThatItCutsALimitShort() {
            String advanced = "{failover: {responseTimeout: 90s, connectTimeout: 61s}}";

            assertThat(policy(advanced).deadline()).isEqualTo(Duration.ofSeconds(60));
            assertThat(policy(advanced).responseTimeout()).isEqualTo(Duration.ofSeconds(60));
            assertThat(warnings(document(advanced)))
                    .containsExactlyInAnyOrder(
                            PLACE + "/failover/responseTimeout (line 5): '90s' is cut short by the deadline, which is"
                                    + " 60s: set 'deadline', too, if it is to hold",
                            PLACE + "/failover/connectTimeout (line 5): '61s' is cut short by the deadline, which is"
                                    + " 60s: set 'deadline', too, if it is to hold");
        }

        @Test
        void doesNotConcernTheTimesOfProbes() {
            String advanced = "{failover: {deadline: 1s, probe: {interval: 1s, timeout: 5s}}}";

            assertThat(policy(advanced).probe().timeout()).isEqualTo(millis(5000));
            assertThat(warnings(document(advanced))).isEmpty();
        }
    }

    @Nested
    class RetryConfig {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{count: 3, statusCodes: [503, 429]} | 3 | 503 429",
                    "{count: 5} | 5 | 504",
                    "{count: 1, statusCodes: []} | 1 | 504",
                    "{count: 1, statusCodes: [401, 598]} | 1 | 401 598"
                })
        void saysHowOftenAndAfterWhatTheSameEndpointIsAskedAgain(String config, int count, String statuses) {
            Set<Integer> expected =
                    Arrays.stream(statuses.split(" ")).map(Integer::valueOf).collect(Collectors.toSet());

            assertThat(policy("{retryConfig: " + config + "}").repeats()).isEqualTo(new Repeats(count, expected));
            assertThat(warnings(document("{retryConfig: " + config + "}"))).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 6, 1000})
        void withACountOutOfRangeMeansFiveAsInChoreoConnect(int count) {
            String advanced = "{retryConfig: {count: " + count + ", statusCodes: [503]}}";

            assertThat(policy(advanced).repeats()).isEqualTo(new Repeats(5, Set.of(503)));
            assertThat(warnings(document(advanced)))
                    .containsExactly(PLACE + "/retryConfig/count (line 5): '" + count
                            + "' is not from 0 to 5: it is taken as 5");
        }

        @Test
        void dropsStatusesThatAreNoneAndSaysWhich() {
            String advanced = "{retryConfig: {count: 2, statusCodes: [200, 503, 400, 599]}}";

            assertThat(policy(advanced).repeats()).isEqualTo(new Repeats(2, Set.of(503)));
            assertThat(warnings(document(advanced)))
                    .hasSize(3)
                    .allSatisfy(warning -> assertThat(warning).contains("it is no status from 401 to 598"))
                    .anySatisfy(warning -> assertThat(warning).contains("/statusCodes/0 (line 5): '200'"));
        }

        @Test
        void takes504WhereNoStatusIsLeft() {
            String advanced = "{retryConfig: {count: 2, statusCodes: [200]}}";

            assertThat(policy(advanced).repeats()).isEqualTo(new Repeats(2, Set.of(504)));
            assertThat(warnings(document(advanced)))
                    .contains(PLACE + "/retryConfig/statusCodes (line 5): no status is left: 504 counts");
        }

        @Test
        void withoutCountNeverAsksAgainAndAWarningSaysSo() {
            String advanced = "{retryConfig: {statusCodes: [503]}}";

            assertThat(policy(advanced).repeats()).isEqualTo(Repeats.NONE);
            assertThat(warnings(document(advanced))).singleElement().asString().contains("no count");
            assertThat(warnings(document("{retryConfig: {count: 0, statusCodes: [503]}}")))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{count: many}", "{count: 1.5}", "{statusCodes: 503}", "{count: 1, statusCodes: [x]}", "3"})
        void thatIsNoneIsRefused(String config) {
            assertThat(faults(document("{retryConfig: " + config + "}")))
                    .singleElement()
                    .asString()
                    .contains("/retryConfig", "expected: ");
        }
    }

    @Nested
    class CircuitBreakers {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{maxConnections: 10, maxRequests: 20, maxPendingRequests: 30} | 10 | 20 | 30",
                    "{maxConnections: -1, maxRequests: 0, maxPendingRequests: 5} | 2000 | 2000 | 5",
                    "{maxRetries: -1, maxConnectionPools: 0} | 2000 | 2000 | 2000",
                    "{} | 2000 | 2000 | 2000"
                })
        void boundWhatAnEndpointIsAskedAtOnce(String config, int connections, int requests, int waiting) {
            assertThat(policy("{circuitBreakers: " + config + "}").capacity())
                    .isEqualTo(new Capacity(connections, requests, waiting));
            assertThat(warnings(document("{circuitBreakers: " + config + "}"))).isEmpty();
        }

        @Test
        void thatHaveNoMeaningHereAreNamed() {
            assertThat(warnings(document("{circuitBreakers: {maxRetries: 3, maxConnectionPools: 10}}")))
                    .containsExactlyInAnyOrder(
                            PLACE + "/circuitBreakers/maxRetries (line 5): 'maxRetries' has no effect: it is not used",
                            PLACE + "/circuitBreakers/maxConnectionPools (line 5): 'maxConnectionPools' has no effect:"
                                    + " it is not used");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{maxRequests: many}", "{maxConnections: 99999999999}", "{maxRetries: x}", "[]"})
        void thatAreNoneAreRefused(String config) {
            assertThat(faults(document("{circuitBreakers: " + config + "}")))
                    .singleElement()
                    .asString()
                    .contains("/circuitBreakers", "expected: ");
        }
    }
}
