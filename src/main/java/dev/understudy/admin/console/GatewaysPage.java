package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.fleet.Fleet;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.Heard;
import dev.understudy.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Which gateways there are, what each serves, and how endpoints are for each; live for those whose browser runs scripts. */
class GatewaysPage implements ApplicationListener<ContextClosedEvent> {

    private static final String FLEET = "fleet";
    private static final List<String> SHOWS = List.of("all", "attention");

    private final Console console;
    private final Pages pages;
    private final Assets assets;
    private final Sessions sessions;
    private final Fleet fleet;
    private final Store store;
    private final ApiCatalog catalog;
    private final List<String> followed;
    private final LiveNow live;

    GatewaysPage(
            Console console,
            Pages pages,
            Assets assets,
            Sessions sessions,
            Fleet fleet,
            Store store,
            ApiCatalog catalog,
            UnderstudyProperties properties) {
        this.console = console;
        this.pages = pages;
        this.assets = assets;
        this.sessions = sessions;
        this.fleet = fleet;
        this.store = store;
        this.catalog = catalog;
        this.followed = properties.controlPlane().urls();
        this.live = new LiveNow(pages, Schedulers.parallel());
    }

    @Bean
    RouterFunction<ServerResponse> gatewaysPageRoutes() {
        return RouterFunctions.route()
                .GET(Paths.GATEWAYS_STREAM, this::follow)
                .route(RequestPredicates.path(Paths.GATEWAYS_STREAM), AdminProblems.only(HttpMethod.GET))
                .add(console.page(Paths.GATEWAYS, (request, viewer) -> show(request)))
                .build();
    }

    /** Nobody who keeps the page open holds up the end of the gateway. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        live.close();
    }

    private Console.Page show(ServerRequest request) {
        ListQuery query = query(request);
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Gateways");
        values.put("stream", query.on(Paths.GATEWAYS_STREAM));
        values.put("live", assets.url("live.js"));
        values.put("followed", followed);
        values.put("query", query);
        values.put(FLEET, view(query));
        return Console.Page.of("gateways", values);
    }

    private Mono<ServerResponse> follow(ServerRequest request) {
        String session = SessionFilter.id(request.exchange()).orElse("");
        ListQuery query = query(request);
        return ServerResponse.ok()
                .cacheControl(CacheControl.noStore())
                .body(BodyInserters.fromServerSentEvents(live.follow(
                        () -> sessions.isOpen(session),
                        List.of(new LiveNow.Named(
                                FLEET,
                                () -> pages.part(
                                        "gateways",
                                        FLEET,
                                        Map.of(FLEET, view(query), "query", query, "followed", followed)))))));
    }

    private static ListQuery query(ServerRequest request) {
        return ListQuery.of(request, Paths.GATEWAYS, List.of("name"), SHOWS);
    }

    private FleetView view(ListQuery query) {
        List<Heard> all = fleet.all();
        Set<String> urls = new TreeSet<>();
        catalog.current()
                .groups()
                .keySet()
                .forEach(group ->
                        group.endpoints().stream().map(Endpoint::toString).forEach(urls::add));
        return FleetView.of(all, store.revision(), urls, query, Instant.now());
    }
}
