package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints that end a connection just when it is used again. */
@Timeout(60)
class StaleConnectionsTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();
    private static final int ROUNDS = 200;
    private static final long SEED = 20261125;

    private enum Ending {
        CLOSE,
        RESET;

        void end(RawEndpoint.Connection connection) throws IOException {
            if (this == CLOSE) {
                connection.close();
            } else {
                connection.reset();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"CLOSE, GET", "CLOSE, PUT", "CLOSE, DELETE", "RESET, GET", "RESET, PUT", "RESET, DELETE"})
    void theSecondRequestOfAConnectionNeverFailsWhereItMayBeRepeated(Ending ending, String method) throws IOException {
        try (RawEndpoint only = RawEndpoint.doing(atTheSecondRequest(ending))) {
            String api = GATEWAY.things(lasting(), only.url());
            for (int i = 0; i < ROUNDS; i++) {
                RawMessage answer = call(method, api + "/thing?" + i);
                assertThat(answer.status()).as("round %d", i).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("/thing?" + i);
            }
            assertThat(only.connections()).as("used twice each").isBetween(ROUNDS / 2, ROUNDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPostIsNeverSentTwiceForIt(Ending ending) throws IOException {
        try (RawEndpoint only = RawEndpoint.doing(atTheSecondRequest(ending))) {
            String api = GATEWAY.things(lasting(), only.url());
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(call("POST", api + "/thing?" + i).status()).isIn(200, 502);
            }
            assertThat(only.requests()).extracting(RawMessage::target).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereOneIsEndedTheOthersThatWaitAreNotTried(Ending ending) throws Exception {
        int atOnce = 10;
        CyclicBarrier all = new CyclicBarrier(atOnce);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RawEndpoint first = RawEndpoint.doing((request, connection) -> {
                    all.await(10, TimeUnit.SECONDS);
                    connection.answer(200, "first");
                });
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = GATEWAY.things(lasting(), first.url(), second.url());
            List<CompletableFuture<RawMessage>> answers = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> called("GET", api + "/thing"), threads))
                    .limit(atOnce)
                    .toList();
            assertThat(answers).allMatch(answer -> answer.join().text().equals("first"));
            assertThat(first.connections()).isEqualTo(atOnce);

            first.nowDoes((request, connection) -> ending.end(connection));
            int lost = 0;
            while (call("POST", api + "/thing").status() == 502) {
                lost++;
            }
            // One on a connection that waited and one on a fresh one; some more where a loop was busy.
            assertThat(lost).isBetween(1, atOnce / 2);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsNoFailureOfTheEndpoint(Ending ending) throws IOException {
        try (RawEndpoint first = RawEndpoint.doing(atTheSecondRequest(ending));
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = GATEWAY.things(lasting(), first.url(), second.url());
            for (int i = 0; i < 20; i++) {
                assertThat(call("GET", api + "/thing").text()).isEqualTo("/thing");
                assertThat(call("GET", api + "/thing").text()).isEqualTo("second");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"CLOSE, GET", "CLOSE, PUT", "RESET, GET", "RESET, PUT", "CLOSE, POST", "RESET, POST"})
    void nobodyIsHurtWhereTheEndMeetsTheNextRequestOnItsWay(Ending ending, String method) throws Exception {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        Semaphore next = new Semaphore(0);
        try (RawEndpoint only = RawEndpoint.doing((request, connection) -> {
            connection.answer(200, request.target());
            next.tryAcquire(5, TimeUnit.SECONDS);
            spin(random.nextInt(1_500));
            ending.end(connection);
        })) {
            String api = GATEWAY.things(lasting(), only.url());
            for (int i = 0; i < ROUNDS; i++) {
                int status = call(method, api + "/thing?" + i).status();
                if (method.equals("POST")) {
                    assertThat(status).isIn(200, 502);
                } else {
                    assertThat(status).as("round %d", i).isEqualTo(200);
                }
                next.release();
            }
            assertThat(only.requests()).extracting(RawMessage::target).doesNotHaveDuplicates();
        }
    }

    private static void spin(int micros) {
        long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    private static RawEndpoint.Script atTheSecondRequest(Ending ending) {
        Set<Integer> served = ConcurrentHashMap.newKeySet();
        return (request, connection) -> {
            if (served.add(connection.number())) {
                connection.answer(200, request.target());
            } else {
                ending.end(connection);
            }
        };
    }

    // One failure, and it would not be asked any more.
    private static FailoverPolicy lasting() {
        return Policies.policy()
                .suspension(1, Duration.ofMinutes(1), Duration.ofMinutes(1))
                .build();
    }

    private static RawMessage called(String method, String target) {
        try {
            return call(method, target);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RawMessage call(String method, String target) throws IOException {
        return RawCaller.call(
                GATEWAY.port(), method + " " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
    }
}
