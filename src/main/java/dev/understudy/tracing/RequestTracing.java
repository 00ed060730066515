package dev.understudy.tracing;

import dev.understudy.journal.Trace;
import dev.understudy.journal.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a span of each request. Goes on with the trace of whoever calls, as W3C Trace Context has it. */
record RequestTracing(Tracer tracer) implements Tracing {

    private static final Headers HEADERS = new Headers();

    @Override
    public Trace begins(Instant at, String scheme, Function<String, List<String>> headers) {
        Context before = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        // The name is the operation's, which is not known yet.
        Span span = tracer.spanBuilder("HTTP")
                .setParent(before)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(at)
                .startSpan();
        SpanAttribute.SCHEME.set(span, scheme);
        return new RequestTrace(tracer, at, span, before.with(span));
    }

    private static final class Headers implements TextMapGetter<Function<String, List<String>>> {

        @Override
        public Iterable<String> keys(Function<String, List<String>> headers) {
            return List.of(Trace.Context.PARENT, Trace.Context.STATE);
        }

        // Two parents are none. A state may stand in several lines.
        @Override
        public @Nullable String get(@Nullable Function<String, List<String>> headers, String name) {
            List<String> values = headers == null ? List.of() : headers.apply(name);
            return values.isEmpty() || (values.size() > 1 && name.equals(Trace.Context.PARENT))
                    ? null
                    : String.join(",", values);
        }
    }
}
