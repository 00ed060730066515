package dev.understudy.routing;

import dev.understudy.journal.Ending;
import dev.understudy.journal.Trace;
import dev.understudy.journal.Tracing;
import dev.understudy.journal.Witness;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/** Tells the witnesses of each request of a caller when it is over. */
final class Recorder {

    private static final Logger log = LoggerFactory.getLogger(Recorder.class);

    private final Tracing tracing;
    private final List<Witness> witnesses;

    /** @param tracing empty: no traces are made */
    Recorder(Optional<Tracing> tracing, List<Witness> witnesses) {
        this.tracing = tracing.orElse(Tracing.NONE);
        this.witnesses = List.copyOf(witnesses);
    }

    /** A request has come. */
    Course begin(ServerWebExchange exchange) {
        Instant at = Instant.now();
        ServerHttpRequest request = exchange.getRequest();
        Course course = new Course(Forwarding.requestId(request), at, trace(request, at));
        exchange.getAttributes().put(Course.ATTRIBUTE, course);
        return course;
    }

    /** It is over. What is said first counts. */
    void tell(Course course, ServerWebExchange exchange, Ending ending) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        boolean answered = exchange.getResponse().isCommitted() || ending == Ending.WHOLE;
        int number = status != null ? status.value() : 200;
        course.tell(exchange, answered ? number : 0, ending).ifPresent(record -> {
            tell(record.id(), () -> course.trace().ends(record));
            witnesses.forEach(witness -> tell(record.id(), () -> witness.saw(record)));
        });
    }

    // What one of them has to do with it is nothing to the caller, nor to the others.
    private static void tell(String id, Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            log.error("Not everybody could be told of the request {}", id, e);
        }
    }

    private Trace trace(ServerHttpRequest request, Instant at) {
        return tracing.begins(
                at, request.getURI().getScheme(), name -> request.getHeaders().getOrEmpty(name));
    }
}
