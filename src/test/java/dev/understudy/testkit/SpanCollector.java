package dev.understudy.testkit;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Takes spans as a collector of OpenTelemetry does, by OTLP over HTTP. */
public final class SpanCollector implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RawEndpoint endpoint = RawEndpoint.answering(200, "");

    /**
     * One that came.
     *
     * @param begin nanoseconds since 1970
     * @param parent empty: it is the first of its trace
     * @param millis from its begin to its end
     */
    public record Taken(
            String trace,
            String id,
            String parent,
            String name,
            Span.SpanKind kind,
            boolean failed,
            long begin,
            double millis,
            Map<String, String> attributes) {}

    public RawEndpoint endpoint() {
        return endpoint;
    }

    /** What a gateway is to be given so that it exports all spans here, and soon. */
    public String[] properties(String... more) {
        return Stream.concat(
                        Stream.of(
                                "management.opentelemetry.tracing.export.otlp.endpoint=" + endpoint.url()
                                        + "/v1/traces",
                                "management.opentelemetry.tracing.export.schedule-delay=50ms",
                                "management.tracing.sampling.probability=1"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    public List<Taken> spans() {
        return endpoint.requests().stream().flatMap(SpanCollector::spans).toList();
    }

    /** That of the request with this id and, in their order, those of its attempts, once that of the request is there. */
    public List<Taken> of(String request) {
        Predicate<Taken> wanted = span -> request.equals(span.attributes().get("understudy.request.id"));
        await().atMost(LIMIT).until(() -> spans().stream().anyMatch(wanted));
        Taken first = spans().stream().filter(wanted).findFirst().orElseThrow();
        return spans().stream()
                .filter(span -> span.equals(first) || span.parent().equals(first.id()))
                .sorted(Comparator.comparing((Taken span) -> !span.equals(first))
                        .thenComparing(Taken::begin))
                .toList();
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }

    private static Stream<Taken> spans(RawMessage message) {
        try {
            return ExportTraceServiceRequest.parseFrom(message.body()).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .map(SpanCollector::taken);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Taken taken(Span span) {
        Map<String, String> attributes = new TreeMap<>();
        for (KeyValue attribute : span.getAttributesList()) {
            attributes.put(attribute.getKey(), text(attribute.getValue()));
        }
        return new Taken(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getName(),
                span.getKind(),
                span.getStatus().getCodeValue()
                        == io.opentelemetry.proto.trace.v1.Status.StatusCode.STATUS_CODE_ERROR_VALUE,
                span.getStartTimeUnixNano(),
                (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1e6,
                attributes);
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? String.valueOf(value.getIntValue()) : value.getStringValue();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
