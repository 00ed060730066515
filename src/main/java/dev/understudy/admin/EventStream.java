package dev.understudy.admin;

import dev.understudy.journal.Event;
import dev.understudy.journal.Events;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * Events for those who follow them, a few at once. Whoever takes too little is ended, and comes back with the number of what
 * was last taken. Safe for use by many threads; those whom events come from never wait.
 */
final class EventStream {

    static final int FOLLOWERS_AT_MOST = 20;

    /** Events that wait for one follower, at most: all that are remembered, and as many again. */
    static final int MOST_WAITING = 2_000;

    /** How often who follows hears that there is nothing to hear. */
    static final Duration BEAT = Duration.ofSeconds(15);

    /** Then whoever follows must sign in again. */
    static final Duration LONGEST = Duration.ofHours(1);

    private static final Pattern ID = Pattern.compile("([0-9a-z]{1,20})-(\\d{1,18})");
    private static final int TAKEN_AT_ONCE = 16;

    /** What is sent. @param event empty: only that the stream is still there */
    record Sign(Optional<Event> event) {

        static final Sign BEAT = new Sign(Optional.empty());

        static Sign of(Event event) {
            return new Sign(Optional.of(event));
        }
    }

    private final Events events;
    private final Scheduler scheduler;
    private final String start = Long.toString(System.currentTimeMillis(), 36);
    private final Followers followers = new Followers(
            FOLLOWERS_AT_MOST,
            "As many as may follow events do so already (" + FOLLOWERS_AT_MOST
                    + "). Ask with Accept: application/json for those that are remembered.");

    EventStream(Events events, Scheduler scheduler) {
        this.events = events;
        this.scheduler = scheduler;
    }

    /** Tells the numbers of this start of the gateway from those of others. */
    String start() {
        return start;
    }

    String id(Event event) {
        return start + "-" + event.number();
    }

    /** The number in an id; 0, which is before all of them, for one of another start. */
    long numberOf(@Nullable String id) {
        Matcher parts = ID.matcher(id == null ? "" : id);
        return parts.matches() && parts.group(1).equals(start) ? Long.parseLong(parts.group(2)) : 0;
    }

    /** Those that are remembered and came after this one, and each that comes. Begins with a beat, so that heads leave. */
    Flux<Sign> after(long number) {
        return followers.follow(() -> signs(number));
    }

    /** Ends all, and those that are still to come. */
    void close() {
        followers.close();
    }

    private Flux<Sign> signs(long number) {
        Flux<Sign> beats = Flux.interval(BEAT, scheduler).onBackpressureDrop().map(beat -> Sign.BEAT);
        Flux<Sign> told = Flux.<Event>create(sink -> follow(number, sink), FluxSink.OverflowStrategy.IGNORE)
                .onBackpressureBuffer(MOST_WAITING, BufferOverflowStrategy.ERROR)
                .publishOn(scheduler, TAKEN_AT_ONCE)
                .map(Sign::of);
        return Flux.merge(told, beats).startWith(Sign.BEAT).take(LONGEST, scheduler);
    }

    private void follow(long number, FluxSink<Event> sink) {
        Runnable stop = events.follow(number, sink::next);
        sink.onDispose(stop::run);
    }
}
