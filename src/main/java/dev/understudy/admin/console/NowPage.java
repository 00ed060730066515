package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Holds;
import dev.understudy.journal.Event;
import dev.understudy.journal.Events;
import dev.understudy.journal.Performances;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

/** Who is on an understudy now, and what happened; live for those whose browser runs scripts. */
class NowPage implements ApplicationListener<ContextClosedEvent> {

    private static final String BOARD = "board";
    private static final String TIMELINE = "timeline";

    // All who follow see the same board, so that it is made for all of them at once.
    private static final Duration FRESH = Duration.ofMillis(900);

    private record Made(Instant at, String html) {}

    private final Console console;
    private final Pages pages;
    private final Assets assets;
    private final Sessions sessions;
    private final ApiCatalog catalog;
    private final Holds holds;
    private final Events events;
    private final Board.Facts facts;
    private final LiveNow live;
    private @Nullable Made made;

    NowPage(
            Console console,
            Pages pages,
            Assets assets,
            Sessions sessions,
            ApiDirectory directory,
            ApiCatalog catalog,
            HealthRegistry health,
            Performances performances,
            Holds holds,
            Events events) {
        this.console = console;
        this.pages = pages;
        this.assets = assets;
        this.sessions = sessions;
        this.catalog = catalog;
        this.holds = holds;
        this.events = events;
        this.facts = new Board.Facts(directory, health, performances);
        this.live = new LiveNow(pages, Schedulers.parallel());
    }

    @Bean
    RouterFunction<ServerResponse> nowPageRoutes() {
        return RouterFunctions.route()
                .GET(Paths.NOW_STREAM, this::follow)
                .route(RequestPredicates.path(Paths.NOW_STREAM), AdminProblems.only(HttpMethod.GET))
                .add(console.page(Paths.NOW, (request, viewer) -> show(request)))
                .build();
    }

    /** Nobody who keeps the page open holds up the end of the gateway. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        live.close();
    }

    private Console.Page show(ServerRequest request) {
        Timeline.Filter filter = Timeline.Filter.of(request);
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Now");
        values.put("filter", filter);
        values.put("choices", Timeline.CHOICES);
        values.put("stream", filter.on(Paths.NOW_STREAM));
        values.put("live", assets.url("live.js"));
        values.put(BOARD, board());
        values.put(TIMELINE, timeline(filter));
        return Console.Page.of("now", values);
    }

    private Mono<ServerResponse> follow(ServerRequest request) {
        String session = SessionFilter.id(request.exchange()).orElse("");
        Timeline.Filter filter = Timeline.Filter.of(request);
        return ServerResponse.ok()
                .cacheControl(CacheControl.noStore())
                .body(BodyInserters.fromServerSentEvents(live.follow(
                        () -> sessions.isOpen(session),
                        List.of(
                                new LiveNow.Named(BOARD, this::boardForAll),
                                new LiveNow.Named(TIMELINE, timelineOf(filter))))));
    }

    private synchronized String boardForAll() {
        Instant now = Instant.now();
        Made before = made;
        if (before == null || before.at.plus(FRESH).isBefore(now) || before.at.isAfter(now)) {
            before = new Made(now, pages.part("now", BOARD, Map.of(BOARD, board())));
            made = before;
        }
        return before.html;
    }

    /** Made anew only when something happened. */
    private LiveNow.Part timelineOf(Timeline.Filter filter) {
        return new LiveNow.Part() {
            private long latest = -1;
            private String html = "";

            @Override
            public String html() {
                if (latest < 0 || !events.after(latest).isEmpty()) {
                    latest = Timeline.latest(events.after(0));
                    html = pages.part("now", TIMELINE, Map.of(TIMELINE, timeline(filter)));
                }
                return html;
            }
        };
    }

    private Board board() {
        return Board.of(catalog.current(), holds.all().size(), facts, Instant.now());
    }

    private Timeline timeline(Timeline.Filter filter) {
        List<Event> all = events.after(0);
        return Timeline.of(all, filter, catalog.current());
    }
}
