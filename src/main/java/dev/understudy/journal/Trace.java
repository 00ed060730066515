package dev.understudy.journal;

import dev.understudy.endpoint.Member;
import java.util.Optional;

/** One request in a trace. Told by one thread after the other; never blocks. */
public interface Trace {

    /** Of a gateway that makes none. */
    Trace NONE = new Trace() {
        @Override
        public Optional<Ids> ids() {
            return Optional.empty();
        }

        @Override
        public Optional<Context> asks(Member member, long began) {
            return Optional.empty();
        }

        @Override
        public void ends(RequestRecord request) {}
    };

    /** Of the trace, and of the span that is this request: hexadecimal, as W3C has them. */
    record Ids(String trace, String span) {}

    /**
     * What tells an endpoint where it stands in the trace, as the values of two headers.
     *
     * @param state empty: that header is not sent
     */
    record Context(String parent, Optional<String> state) {

        public static final String PARENT = "traceparent";
        public static final String STATE = "tracestate";
    }

    /** Where this request is found; empty: no traces are made. */
    Optional<Ids> ids();

    /**
     * An endpoint is asked.
     *
     * @param began nanoseconds since the request came
     * @return what it is sent instead of the caller's headers; empty: those, as they came
     */
    Optional<Context> asks(Member member, long began);

    /** The request is over. @param request its attempts are those that were asked, less the last one if nothing came of it */
    void ends(RequestRecord request);
}
