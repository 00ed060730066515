package dev.understudy.tracing;

import dev.understudy.catalog.Match;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.Member;
import dev.understudy.failover.Attempt;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Ending;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request as a span, and below it each attempt as one. Where it is not sampled the spans have ids, for those who come
 * after, and hold nothing.
 */
final class RequestTrace implements Trace {

    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    private static final TextMapSetter<Map<String, String>> SETTER = (headers, name, value) -> {
        if (headers != null) {
            headers.put(name, value);
        }
    };

    private static final String OTHER_METHOD = "_OTHER";

    private final Tracer tracer;
    private final Instant at;
    private final Span request;
    private final io.opentelemetry.context.Context context;

    // In their order. Each ends with the request: only then it is known what all of them are to say.
    private final List<Span> attempts = new ArrayList<>(2);

    /** @param context of which the request's span is the last */
    RequestTrace(Tracer tracer, Instant at, Span request, io.opentelemetry.context.Context context) {
        this.tracer = tracer;
        this.at = at;
        this.request = request;
        this.context = context;
    }

    @Override
    public Optional<Ids> ids() {
        SpanContext of = request.getSpanContext();
        return Optional.of(new Ids(of.getTraceId(), of.getSpanId()));
    }

    @Override
    public synchronized Optional<Context> asks(Member member, long began) {
        Span attempt = tracer.spanBuilder("HTTP")
                .setParent(context)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(at.plusNanos(began))
                .startSpan();
        attempts.add(attempt);
        if (attempt.isRecording()) {
            describe(attempt, member);
        }
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(context.with(attempt), headers, SETTER);
        return Optional.ofNullable(headers.get(Context.PARENT))
                .map(parent -> new Context(parent, Optional.ofNullable(headers.get(Context.STATE))));
    }

    @Override
    public synchronized void ends(RequestRecord record) {
        Instant end = at.plus(record.took());
        for (int i = 0; i < attempts.size(); i++) {
            boolean known = i < record.attempts().size();
            end(attempts.get(i), record, known ? Optional.of(record.attempts().get(i)) : Optional.empty(), end);
        }
        if (request.isRecording()) {
            describe(record);
        }
        request.end(end);
    }

    private void end(Span attempt, RequestRecord of, Optional<AttemptRecord> record, Instant atMost) {
        if (attempt.isRecording()) {
            of.operation().ifPresent(attempt::updateName);
            describe(attempt, of);
            record.ifPresent(came -> describe(attempt, came));
        }
        attempt.end(record.map(came -> at.plus(came.began()).plus(came.took())).orElse(atMost));
    }

    private void describe(RequestRecord record) {
        String method = method(record);
        String named = method.equals(OTHER_METHOD) ? "HTTP" : method;
        Optional<String> route = record.found().map(RequestTrace::route);
        request.updateName(route.map(template -> named + " " + template).orElse(named));
        route.ifPresent(template -> SpanAttribute.ROUTE.set(request, template));
        describe(request, record);
        if (method.equals(OTHER_METHOD)) {
            SpanAttribute.ORIGINAL_METHOD.set(request, record.method());
        }
        SpanAttribute.PATH.set(request, record.path());
        SpanAttribute.ID.set(request, record.id());
        record.code().ifPresent(code -> SpanAttribute.CODE.set(request, code));
        SpanAttribute.ENDING.set(request, lower(record.ending()));
        if (record.status() > 0) {
            SpanAttribute.STATUS.set(request, record.status());
        }
        if (record.ending() == Ending.BROKEN_OFF) {
            fails(request, lower(record.ending()));
        } else if (record.status() >= 500) {
            fails(request, String.valueOf(record.status()));
        }
    }

    /** What each of its spans says of it. */
    private static void describe(Span span, RequestRecord record) {
        SpanAttribute.METHOD.set(span, method(record));
        record.api().ifPresent(api -> SpanAttribute.API.set(span, api));
        record.operation().ifPresent(operation -> SpanAttribute.OPERATION.set(span, operation));
    }

    private static void describe(Span attempt, Member member) {
        Endpoint endpoint = member.endpoint();
        SpanAttribute.POSITION.set(attempt, member.position());
        SpanAttribute.SERVER.set(attempt, endpoint.host());
        SpanAttribute.PORT.set(attempt, endpoint.port());
        SpanAttribute.SCHEME.set(attempt, endpoint.secure() ? "https" : "http");
    }

    private static void describe(Span attempt, AttemptRecord record) {
        SpanAttribute.OUTCOME.set(attempt, record.word());
        SpanAttribute.WHY.set(attempt, lower(record.why()));
        SpanAttribute.REACHED.set(attempt, lower(record.reached()));
        SpanAttribute.NEXT.set(attempt, lower(record.next()));
        if (!(record.outcome() instanceof Attempt.Answered answered)) {
            fails(attempt, record.word());
            return;
        }
        SpanAttribute.STATUS.set(attempt, answered.status());
        // As the conventions have it for whoever asks; for whoever is asked, from 500 on.
        if (answered.status() >= 400) {
            fails(attempt, String.valueOf(answered.status()));
        }
    }

    private static void fails(Span span, String why) {
        SpanAttribute.ERROR.set(span, why);
        span.setStatus(StatusCode.ERROR);
    }

    // Callers make up methods, and names of spans are to be few.
    private static String method(RequestRecord record) {
        return METHODS.contains(record.method()) ? record.method() : OTHER_METHOD;
    }

    private static String route(Match.Found found) {
        String base = found.api().basePath();
        String template = found.operation().path().text();
        return base.equals("/") ? template : base + template;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
