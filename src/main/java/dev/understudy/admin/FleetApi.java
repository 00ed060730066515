package dev.understudy.admin;

import dev.understudy.fleet.Editions;
import dev.understudy.fleet.Fleet;
import dev.understudy.store.Difference;
import dev.understudy.store.HttpControlPlane;
import dev.understudy.store.Report;
import dev.understudy.store.Revision;
import dev.understudy.store.Store;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What gateways that follow this control plane ask: what there is new, the projects that belong to it, and to be heard. Named in
 * the imports of the management context, so it is no part of the traffic listeners.
 */
class FleetApi implements ApplicationListener<ContextClosedEvent> {

    static final String PATHS = "/api/v1/fleet/**";

    private static final int FOLLOWERS_AT_MOST = 20_000;
    private static final int LONGEST_REPORT = 256 << 10;

    // Then whoever follows comes back, which needs the password once more, and may be to another control plane.
    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final int SPREAD_SECONDS = 600;

    private final Editions editions;
    private final Fleet fleet;
    private final Store store;
    private final JsonMapper json;
    private final Followers followers = new Followers(
            FOLLOWERS_AT_MOST, "As many gateways as may follow this one do so already (" + FOLLOWERS_AT_MOST + ").");

    FleetApi(Editions editions, Fleet fleet, Store store, JsonMapper json) {
        this.editions = editions;
        this.fleet = fleet;
        this.store = store;
        this.json = json;
    }

    @Bean
    RouterFunction<ServerResponse> fleetRoutes() {
        return RouterFunctions.route()
                .GET(HttpControlPlane.EDITIONS, this::editions)
                .route(RequestPredicates.path(HttpControlPlane.EDITIONS), AdminProblems.only(HttpMethod.GET))
                .GET(HttpControlPlane.ARCHIVES, this::archive)
                .route(RequestPredicates.path(HttpControlPlane.ARCHIVES), AdminProblems.only(HttpMethod.GET))
                .POST(HttpControlPlane.REPORTS, this::report)
                .route(RequestPredicates.path(HttpControlPlane.REPORTS), AdminProblems.only(HttpMethod.POST))
                .build();
    }

    /** Nobody who follows holds up the end of the gateway. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        followers.close();
    }

    private Mono<ServerResponse> editions(ServerRequest request) {
        String base = request.queryParam(HttpControlPlane.BASE).orElse("");
        if (EventsApi.wantsList(request)) {
            return ServerResponse.ok()
                    .cacheControl(CacheControl.noStore())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(editions.since(base).next(), Difference.class);
        }
        Duration time = LONGEST.minusSeconds(ThreadLocalRandom.current().nextLong(SPREAD_SECONDS));
        return ServerResponse.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_NDJSON)
                .body(followers.follow(() -> editions.since(base).take(time)), Difference.class);
    }

    private Mono<ServerResponse> archive(ServerRequest request) {
        String name = request.pathVariable("name");
        return Mono.fromCallable(() -> archive(name))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(content -> ServerResponse.ok()
                        .cacheControl(CacheControl.noStore())
                        .contentType(MediaType.APPLICATION_OCTET_STREAM)
                        .bodyValue(content));
    }

    // Only what is served, of which a gateway has the name by its edition.
    private byte[] archive(String name) throws IOException {
        Optional<Revision> served = store.snapshot().apis().stream()
                .flatMap(StoredApi::served)
                .filter(revision -> revision.archiveName().equals(name))
                .findFirst();
        if (served.isEmpty()) {
            throw AdminProblems.problem(HttpStatus.NOT_FOUND, "Nothing that is served was deployed as this.");
        }
        return store.archive(served.get());
    }

    private Mono<ServerResponse> report(ServerRequest request) {
        return JsonBody.read(request, LONGEST_REPORT).flatMap(body -> {
            if (!fleet.take(read(body))) {
                throw AdminProblems.later("Too many reports are waiting.");
            }
            return ServerResponse.noContent().build();
        });
    }

    private Report read(byte[] body) {
        try {
            return json.readValue(body, Report.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw AdminProblems.problem(HttpStatus.BAD_REQUEST, "The body is no report of a gateway.");
        }
    }
}
