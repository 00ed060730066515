package dev.understudy.definitions;

import static dev.understudy.testkit.Deployed.admin;
import static dev.understudy.testkit.Deployed.document;
import static dev.understudy.testkit.Deployed.get;
import static dev.understudy.testkit.Deployed.idOf;
import static dev.understudy.testkit.Deployed.override;
import static dev.understudy.testkit.Deployed.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.testkit.Postgres;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that have one PostgreSQL in common, through the wire. */
class SharedStoreTests {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int RACES = 10;

    @TempDir
    private Path temp;

    private final RawEndpoint one = RawEndpoint.answering(200, "one");
    private final RawEndpoint two = RawEndpoint.answering(200, "two");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RunningGateway> gateways = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        gateways.forEach(RunningGateway::close);
        threads.shutdownNow();
        one.close();
        two.close();
    }

    @Test
    void whatIsDeployedChangedAndUndeployedOnOneIsSoOnTheOther() throws Exception {
        String url = Postgres.shared().database();
        RunningGateway here = start(url, "here");
        RunningGateway there = start(url, "there");

        assertThat(put(here, "shop", document("shop", one)).status()).isEqualTo(201);
        awaitAnswer(there, "/shop/thing", "one");
        assertThat(put(there, "shop", document("shop", two)).status()).isEqualTo(200);
        awaitAnswer(here, "/shop/thing", "two");
        RawMessage revisions = admin(here).get("/api/v1/apis/shop/revisions");
        assertThat(JsonPath.<List<Integer>>read(revisions.text(), "$.revisions[*].number"))
                .containsExactlyInAnyOrder(1, 2);

        assertThat(admin(here).call("DELETE", "/api/v1/apis/shop", new byte[0]).status())
                .isEqualTo(204);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(get(there, "/shop/thing").status()).isEqualTo(404));
    }

    @Test
    void ofTwoThatDeployOnePathAtOneTimeOneIsToldOfTheOther() throws Exception {
        String url = Postgres.shared().database();
        List<RunningGateway> both = List.of(start(url, "here"), start(url, "there"));
        for (int race = 0; race < RACES; race++) {
            String path = "race" + race;
            CyclicBarrier go = new CyclicBarrier(2);
            List<Future<RawMessage>> answers = Stream.of(0, 1)
                    .map(i -> threads.submit(() -> {
                        String document =
                                document(path, i == 0 ? one : two).replace("title: " + path, "title: " + path + i);
                        go.await();
                        return put(both.get(i), path + "-" + i, document);
                    }))
                    .toList();
            List<Integer> statuses = new ArrayList<>();
            for (Future<RawMessage> answer : answers) {
                statuses.add(answer.get(20, TimeUnit.SECONDS).status());
            }

            assertThat(statuses).containsExactlyInAnyOrder(201, 409);
            String winner = statuses.get(0) == 201 ? "one" : "two";
            for (RunningGateway gateway : both) {
                awaitAnswer(gateway, "/" + path + "/thing", winner);
            }
        }
    }

    @Test
    void whatIsHeldOnOneIsHeldOnTheOtherAndAfterAStartToo() throws Exception {
        String url = Postgres.shared().database();
        RunningGateway here = start(url, "here");
        RunningGateway there = start(url, "there");
        assertThat(put(here, "shop", document("shop", one, two)).status()).isEqualTo(201);
        awaitAnswer(there, "/shop/thing", "one");
        String id = idOf(one, here);

        assertThat(override(here, id, "{\"state\": \"down\", \"for\": \"1h\", \"reason\": \"new disk\"}")
                        .status())
                .isEqualTo(200);
        awaitAnswer(there, "/shop/thing", "two");
        RunningGateway later = start(url, "later");
        assertThat(get(later, "/shop/thing").text()).isEqualTo("two");

        assertThat(override(there, id, "{\"state\": \"auto\"}").status()).isEqualTo(200);
        awaitAnswer(here, "/shop/thing", "one");
        awaitAnswer(later, "/shop/thing", "one");
    }

    @Test
    void noRequestFailsWhileTheDatabaseIsAwayAndAllCatchUpWhenItIsBack() throws Exception {
        try (Postgres database = Postgres.own()) {
            String url = database.database();
            RunningGateway here = start(url, "here");
            RunningGateway there = start(url, "there");
            assertThat(put(here, "shop", document("shop", one)).status()).isEqualTo(201);
            awaitAnswer(there, "/shop/thing", "one");
            assertThat(put(here, "shop", document("shop", one, two)).status()).isEqualTo(200);
            Traffic traffic = new Traffic(here);

            database.stop();
            for (RawMessage refused : List.of(
                    put(here, "shop", document("shop", two)),
                    override(here, idOf(one, here), "{\"state\": \"down\"}"),
                    admin(here).get("/api/v1/apis/shop/revisions/1/content"),
                    admin(here).unchecked("DELETE", "/api/mgw/adapter/0.1/apis?apiName=shop&version=1", new byte[0]))) {
                assertThat(refused.status()).as(refused.text()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).hasValue("5");
                assertThat(refused.text())
                        .contains("Nothing was changed")
                        .doesNotContain("127.0.0.1", "jdbc", "Exception", "StoreAway");
            }
            there.close();
            gateways.remove(there);
            RunningGateway again = start(url, "there");
            assertThat(get(again, "/shop/thing").text()).as("from its copy").isEqualTo("one");
            assertThat(get(again, "/ready").status()).isEqualTo(200);
            assertThatThrownBy(() -> start(url, "new"))
                    .hasStackTraceContaining("the database cannot be reached, and this gateway has no copy");

            database.startAgain();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    put(again, "shop", document("shop", two)).status())
                            .isEqualTo(200));
            awaitAnswer(here, "/shop/thing", "two");
            traffic.end();
        }
    }

    private final class Traffic {

        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final Future<?> caller;

        Traffic(RunningGateway gateway) {
            caller = threads.submit(() -> {
                while (!ended.get()) {
                    try {
                        RawMessage answer = get(gateway, "/shop/thing");
                        if (answer.status() != 200) {
                            failures.add(answer.text());
                        }
                    } catch (IOException e) {
                        failures.add(e.toString());
                    }
                    answered.incrementAndGet();
                }
            });
        }

        void end() throws Exception {
            ended.set(true);
            caller.get(10, TimeUnit.SECONDS);
            assertThat(failures).isEmpty();
            assertThat(answered.get()).isGreaterThan(100);
        }
    }

    private RunningGateway start(String url, String name) {
        RunningGateway made = RunningGateway.with(
                "understudy.store.type=postgresql",
                "understudy.store.directory=" + temp.resolve(name),
                "spring.datasource.url=" + url,
                "spring.datasource.hikari.connection-timeout=500",
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x");
        gateways.add(made);
        return made;
    }

    private static void awaitAnswer(RunningGateway gateway, String path, String text) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get(gateway, path).text()).isEqualTo(text));
    }
}
