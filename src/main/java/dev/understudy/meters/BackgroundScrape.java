package dev.understudy.meters;

import dev.understudy.background.BackgroundThreads;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Writes the metrics for Prometheus where requests go first. Of ten thousand operations they are some megabytes, every few
 * seconds, and Spring Boot would write them on the threads that filters of requests use, too.
 */
@EndpointWebExtension(endpoint = PrometheusScrapeEndpoint.class)
public final class BackgroundScrape implements AutoCloseable {

    static final int LINE = 5;

    private final PrometheusScrapeEndpoint endpoint;
    private final Scheduler thread = BackgroundThreads.scheduler("scrape", 1, LINE);

    BackgroundScrape(PrometheusScrapeEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** The metrics, or 503 where others wait for theirs already. */
    @ReadOperation(producesFrom = PrometheusOutputFormat.class)
    public Mono<WebEndpointResponse<byte[]>> scrape(
            PrometheusOutputFormat format, @Nullable Set<String> includedNames) {
        return Mono.fromCallable(() -> endpoint.scrape(format, includedNames))
                .subscribeOn(thread)
                .onErrorReturn(
                        RejectedExecutionException.class,
                        new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE));
    }

    @Override
    public void close() {
        thread.dispose();
    }
}
