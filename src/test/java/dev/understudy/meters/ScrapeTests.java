package dev.understudy.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.TlsClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Where the metrics are written, which takes long where there are many. */
class ScrapeTests {

    private static final String ANNA = TlsClient.basic("anna", "x");
    private static final String PATH = "/actuator/prometheus";
    private static final String[] USER = {
        "understudy.admin.users[0].username=anna", "understudy.admin.users[0].password={noop}x"
    };

    // A thread of somebody else's may have the lowest priority, too: that of the one that started it.
    @Test
    void metricsAreWrittenByAThreadOfTheirOwnThatGoesLast() throws Exception {
        try (RunningGateway gateway = RunningGateway.with(USER)) {
            AtomicReference<String> name = new AtomicReference<>("");
            gateway.bean(MeterRegistry.class).gauge("priority", this, me -> {
                name.set(Thread.currentThread().getName());
                return Thread.currentThread().getPriority();
            });

            assertThat(Scrape.of(gateway, ANNA).value("priority")).isEqualTo(Thread.MIN_PRIORITY);
            assertThat(name.get()).isEqualTo("scrape");
        }
    }

    @Test
    void whoAsksWhileManyWaitIsToldToComeLaterAndTheOthersGetTheirs() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        ExecutorService callers = Executors.newCachedThreadPool();
        try (RunningGateway gateway = RunningGateway.with(USER)) {
            CountDownLatch begun = new CountDownLatch(1);
            gateway.bean(MeterRegistry.class).gauge("slow", this, me -> {
                begun.countDown();
                return held(held);
            });
            List<CompletableFuture<Integer>> statuses = new ArrayList<>();
            statuses.add(scrape(gateway, callers));
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i <= BackgroundScrape.LINE; i++) {
                statuses.add(scrape(gateway, callers));
            }

            assertThat(CompletableFuture.anyOf(statuses.toArray(CompletableFuture[]::new))
                            .get(20, TimeUnit.SECONDS))
                    .isEqualTo(503);
            held.countDown();
            assertThat(statuses.stream().map(CompletableFuture::join).filter(status -> status == 200))
                    .hasSize(BackgroundScrape.LINE + 1);
        } finally {
            held.countDown();
            callers.shutdownNow();
        }
    }

    @Test
    void whoeverSetsPrometheusAsideHasAGatewayWithoutIt() throws Exception {
        try (RunningGateway gateway =
                RunningGateway.with(USER[0], USER[1], "management.prometheus.metrics.export.enabled=false")) {
            assertThat(TlsClient.get(gateway.adminPort(), PATH, "Authorization", ANNA)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    private static CompletableFuture<Integer> scrape(RunningGateway gateway, ExecutorService callers) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return TlsClient.get(gateway.adminPort(), PATH, "Authorization", ANNA)
                                .statusCode();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                callers);
    }

    private static double held(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS) ? 1 : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
