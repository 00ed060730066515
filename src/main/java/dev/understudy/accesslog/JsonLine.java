package dev.understudy.accesslog;

import dev.understudy.failover.Attempt;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Trace;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** A request as one line of JSON, with the names of the Elastic Common Schema where it has any. */
final class JsonLine {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<Enum<?>, String> LOWER = new ConcurrentHashMap<>();

    private JsonLine() {}

    static void write(RequestRecord request, OutputStream line) {
        try (JsonGenerator json = JSON.createGenerator(line)) {
            write(request, json);
        }
    }

    private static void write(RequestRecord request, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("@timestamp", request.at().toString());
        json.writeStringProperty("log.logger", "access");
        json.writeStringProperty("event.outcome", request.succeeded() ? "success" : "failure");
        json.writeNumberProperty("event.duration", request.took().toNanos());
        json.writeStringProperty("http.request.id", request.id());
        json.writeStringProperty("http.request.method", request.method());
        json.writeNumberProperty("http.response.status_code", request.status());
        json.writeStringProperty("url.path", request.path());
        json.writeStringProperty("url.domain", request.host());
        json.writeStringProperty("source.ip", request.remote());
        optional(json, "trace.id", request.trace().map(Trace.Ids::trace));
        optional(json, "span.id", request.trace().map(Trace.Ids::span));
        optional(json, "user.id", request.caller());
        optional(json, "understudy.api", request.api());
        optional(json, "understudy.operation", request.operation());
        optional(json, "understudy.key_type", request.keyType().map(JsonLine::lower));
        optional(json, "understudy.code", request.code());
        json.writeStringProperty("understudy.ending", lower(request.ending()));
        json.writeArrayPropertyStart("understudy.attempts");
        request.attempts().forEach(attempt -> write(attempt, json));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(AttemptRecord attempt, JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("position", attempt.position());
        json.writeStringProperty("endpoint", attempt.endpoint());
        json.writeStringProperty("outcome", attempt.word());
        if (attempt.outcome() instanceof Attempt.Answered answered) {
            json.writeNumberProperty("status", answered.status());
        }
        json.writeNumberProperty("ms", millis(attempt.took()));
        json.writeStringProperty("reached", lower(attempt.reached()));
        json.writeStringProperty("next", lower(attempt.next()));
        json.writeEndObject();
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value) {
        value.ifPresent(text -> json.writeStringProperty(name, text));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1_000 / 1e3;
    }

    private static String lower(Enum<?> word) {
        return LOWER.computeIfAbsent(word, each -> each.name().toLowerCase(Locale.ROOT));
    }
}
