package dev.understudy.admin;

import dev.understudy.journal.Event;
import dev.understudy.journal.Events;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What happened, and from now on what happens: as server-sent events, or the remembered ones as a list. Named in the
 * imports of the management context, so it is no part of the traffic listeners.
 */
class EventsApi implements ApplicationListener<ContextClosedEvent> {

    static final String PATH = "/api/v1/events";

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    /** @param start tells the numbers of this start of the gateway from those of others */
    record Listed(String start, List<Entry> events) {}

    /** One event. @param id that of the stream of events */
    record Entry(String id, Instant at, String kind, String text, Map<String, String> facts) {

        static Entry of(Event event, EventStream stream) {
            return new Entry(stream.id(event), event.at(), event.kind().word(), event.text(), event.facts());
        }
    }

    private final Events events;
    private final EventStream stream;

    EventsApi(Events events, ObjectProvider<EventStream> stream) {
        this.events = events;
        this.stream = stream.getIfAvailable(() -> new EventStream(events, Schedulers.parallel()));
    }

    @Bean
    RouterFunction<ServerResponse> eventRoutes() {
        return RouterFunctions.route()
                .GET(PATH, this::answer)
                .route(RequestPredicates.path(PATH), AdminProblems.only(HttpMethod.GET))
                .build();
    }

    /** Nobody who follows holds up the end of the gateway. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        stream.close();
    }

    private Mono<ServerResponse> answer(ServerRequest request) {
        Parameters.of(request);
        long after = stream.numberOf(request.headers().firstHeader(LAST_EVENT_ID));
        return wantsList(request) ? list(after) : follow(after);
    }

    /** Whether somebody asks for what there is now, and not for what is to come. */
    static boolean wantsList(ServerRequest request) {
        List<MediaType> accepted = request.headers().accept();
        return accepted.contains(MediaType.APPLICATION_JSON) && !accepted.contains(MediaType.TEXT_EVENT_STREAM);
    }

    private Mono<ServerResponse> list(long after) {
        List<Entry> entries = events.after(after).stream()
                .map(event -> Entry.of(event, stream))
                .toList();
        return ServerResponse.ok().cacheControl(CacheControl.noStore()).bodyValue(new Listed(stream.start(), entries));
    }

    private Mono<ServerResponse> follow(long after) {
        return ServerResponse.ok()
                .cacheControl(CacheControl.noStore())
                .body(BodyInserters.fromServerSentEvents(stream.after(after).map(this::sent)));
    }

    private ServerSentEvent<Object> sent(EventStream.Sign sign) {
        return sign.event()
                .map(event -> ServerSentEvent.<Object>builder(Entry.of(event, stream))
                        .id(stream.id(event))
                        .event(event.kind().word())
                        .build())
                .orElseGet(() ->
                        ServerSentEvent.<Object>builder().comment("still there").build());
    }
}
