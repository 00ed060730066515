package dev.understudy.admin.console;

import dev.understudy.admin.Followers;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Parts of a page for those who keep it open, each time when they have changed and at most once a second. Whoever takes too
 * little misses some, and gets the latest. Safe for use by many threads.
 */
final class LiveNow {

    static final int FOLLOWERS_AT_MOST = 20;

    /** All that is sent to those who are not signed in: the page that gets it leads to the sign-in. */
    static final String END = "event:end\ndata:\n\n";

    /** Then whoever follows comes back, which needs the session once more. */
    static final Duration LONGEST = Duration.ofHours(1);

    private static final Duration PULSE = Duration.ofSeconds(1);

    // In pulses: so that what says how long ago something was does not get old, and a quiet stream is known to be
    // there.
    private static final int REFRESH = 10;

    private static final Pattern TIMES = Pattern.compile("(?s)<time.*?</time>");

    /** Makes a part, on a thread that may wait. */
    interface Part {
        /** May be called again and again. */
        String html() throws Exception;
    }

    /** @param name of the element, and of the event */
    record Named(String name, Part part) {}

    private final Pages pages;
    private final Scheduler timer;
    private final Followers followers = new Followers(
            FOLLOWERS_AT_MOST,
            "As many pages as may be live are so already (" + FOLLOWERS_AT_MOST + "). Load the page again.");

    LiveNow(Pages pages, Scheduler timer) {
        this.pages = pages;
        this.timer = timer;
    }

    /**
     * @param signedIn asked with every pulse: when it is no more, the last event is {@code end}
     * @throws ErrorResponseException inside the stream, with 503, if too many follow
     */
    Flux<ServerSentEvent<String>> follow(BooleanSupplier signedIn, List<Named> parts) {
        return followers.follow(() -> parts(signedIn, parts));
    }

    /** Ends all, and those that are still to come. */
    void close() {
        followers.close();
    }

    private Flux<ServerSentEvent<String>> parts(BooleanSupplier signedIn, List<Named> parts) {
        List<Follower> each = parts.stream().map(Follower::new).toList();
        return Flux.interval(Duration.ZERO, PULSE, timer)
                .onBackpressureDrop()
                .takeWhile(pulse -> signedIn.getAsBoolean())
                .concatMap(pulse -> changed(each, pulse), 1)
                .concatWith(Mono.fromSupplier(() -> event("end", "")))
                .startWith(beat())
                .take(LONGEST, timer);
    }

    // Where too much is under way, the next pulse tries again.
    private Flux<ServerSentEvent<String>> changed(List<Follower> each, long pulse) {
        boolean refresh = pulse % REFRESH == 0;
        Flux<ServerSentEvent<String>> changes = Flux.fromIterable(each)
                .concatMap(follower -> pages.work(() -> follower.next(refresh))
                        .onErrorResume(ErrorResponseException.class, full -> Mono.just(List.of())))
                .concatMapIterable(list -> list);
        return refresh ? changes.startWith(beat()) : changes;
    }

    private static ServerSentEvent<String> beat() {
        return ServerSentEvent.<String>builder().comment("still there").build();
    }

    private static ServerSentEvent<String> event(String name, String html) {
        return ServerSentEvent.builder(html).event(name).build();
    }

    /** What somebody has of a part. Used by one thread at a time. */
    private static final class Follower {

        private final Named named;
        private String sent = "";
        private String sentWithoutTimes = "";

        private Follower(Named named) {
            this.named = named;
        }

        private List<ServerSentEvent<String>> next(boolean refresh) throws Exception {
            String html = named.part.html();
            String withoutTimes = TIMES.matcher(html).replaceAll("");
            if (refresh ? html.equals(sent) : withoutTimes.equals(sentWithoutTimes)) {
                return List.of();
            }
            sent = html;
            sentWithoutTimes = withoutTimes;
            return List.of(event(named.name, html));
        }
    }
}
