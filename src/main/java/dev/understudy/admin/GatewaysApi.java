package dev.understudy.admin;

import dev.understudy.fleet.Fleet;
import dev.understudy.store.Heard;
import dev.understudy.store.Report;
import dev.understudy.store.Store;
import java.time.Instant;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Which processes serve the same, and how each does. Named in the imports of the management context, so it is no part of the
 * traffic listeners.
 */
class GatewaysApi {

    static final String PATH = "/api/v1/gateways";

    /** @param revision of the store, as this process knows it */
    record Answer(long revision, List<Entry> gateways) {}

    /**
     * One process.
     *
     * @param missed whether it was to be heard of since
     * @param heardMs how long ago it was heard of
     * @param revision up to which all changes are live there
     * @param notReady those of its endpoints, the first ones
     * @param othersNotReady how many more
     */
    record Entry(
            String instance,
            String name,
            String version,
            String role,
            Instant started,
            boolean missed,
            long heardMs,
            long revision,
            List<Report.Refused> refused,
            int endpoints,
            List<Report.State> notReady,
            int othersNotReady) {

        static Entry of(Heard heard) {
            Report report = heard.report();
            return new Entry(
                    report.instance(),
                    report.name(),
                    report.version(),
                    report.role(),
                    report.started(),
                    heard.missed(),
                    Math.max(0, heard.ago().toMillis()),
                    report.revision(),
                    report.refused(),
                    report.endpoints(),
                    report.states(),
                    report.others());
        }
    }

    private final Fleet fleet;
    private final Store store;

    GatewaysApi(Fleet fleet, Store store) {
        this.fleet = fleet;
        this.store = store;
    }

    @Bean
    RouterFunction<ServerResponse> gatewaysRoutes() {
        return RouterFunctions.route()
                .GET(PATH, request -> answer())
                .HEAD(PATH, request -> answer())
                .route(RequestPredicates.path(PATH), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .build();
    }

    private Mono<ServerResponse> answer() {
        return Mono.fromCallable(() -> new Answer(
                        store.revision(), fleet.all().stream().map(Entry::of).toList()))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(answer -> ServerResponse.ok()
                        .cacheControl(CacheControl.noStore())
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(answer));
    }
}
