package dev.understudy.admin;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Places for those who follow a stream: so many at once, and nobody holds up the end of the gateway. Safe for use by many
 * threads.
 */
public final class Followers {

    private static final String RETRY_AFTER_SECONDS = "10";

    private final Semaphore places;
    private final String full;
    private final Sinks.Empty<Void> end = Sinks.empty();

    /** @param full what is said to one more */
    public Followers(int most, String full) {
        this.places = new Semaphore(most);
        this.full = full;
    }

    /** @throws ErrorResponseException inside the stream, with 503, if there is no place */
    public <T> Flux<T> follow(Supplier<Flux<T>> stream) {
        return Flux.using(this::place, place -> stream.get().takeUntilOther(end.asMono()), Semaphore::release);
    }

    /** Ends all, and those that are still to come. */
    public void close() {
        end.tryEmitEmpty();
    }

    private Semaphore place() {
        if (places.tryAcquire()) {
            return places;
        }
        ErrorResponseException refusal = AdminProblems.problem(HttpStatus.SERVICE_UNAVAILABLE, full);
        refusal.getHeaders().put(HttpHeaders.RETRY_AFTER, List.of(RETRY_AFTER_SECONDS));
        throw refusal;
    }
}
