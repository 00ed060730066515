package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names what a document asks of a gateway and this one does not do, so that nobody relies on it. A name that was meant to
 * be one of those that count is a fault: nothing must stay open or lose its endpoints for a letter.
 */
final class UnusedExtensions {

    /** Where an extension stands. */
    enum Level {
        API("the API, at the top of the document"),
        PATH("a path"),
        OPERATION("an operation");

        private final String words;

        Level(String words) {
            this.words = words;
        }
    }

    private static final Set<String> READ = Set.of(
            "x-wso2-basePath",
            EndpointReader.PRODUCTION,
            EndpointReader.SANDBOX,
            "x-wso2-endpoints",
            SecurityReader.DISABLE,
            "x-wso2-cors",
            "x-wso2-auth-header",
            "x-understudy-idempotent",
            "x-understudy-websocket");

    /** Those that count at one level alone. */
    private static final Map<String, Level> ONLY_AT = Map.of(
            "x-wso2-basePath", Level.API,
            "x-wso2-endpoints", Level.API,
            "x-wso2-cors", Level.API,
            "x-wso2-auth-header", Level.API,
            "x-understudy-idempotent", Level.OPERATION,
            "x-understudy-websocket", Level.OPERATION);

    private static final Map<String, String> NOT_DONE = Map.ofEntries(
            Map.entry("x-wso2-request-interceptor", "interceptors"),
            Map.entry("x-wso2-response-interceptor", "interceptors"),
            Map.entry("x-wso2-throttling-tier", "rate limits"),
            Map.entry("x-throttling-tier", "rate limits"),
            Map.entry("x-wso2-mutual-ssl", "mutual TLS of callers"),
            Map.entry("x-wso2-application-security", "API keys and other ways to sign in than a token"),
            Map.entry("x-wso2-transports", "APIs on one of the listeners only"),
            Map.entry("x-wso2-response-cache", "caches of answers"),
            Map.entry("x-wso2-http2-backend-enabled", "HTTP/2 to endpoints"),
            Map.entry("x-wso2-pass-request-payload-to-enforcer", "filters that see the body"),
            Map.entry("x-amzn-resource-name", "AWS Lambda"),
            Map.entry("x-mediation-script", "mocks and scripts"),
            Map.entry("x-wso2-policies", "policies"));

    /** Publisher writes these everywhere; they ask for nothing. */
    private static final Set<String> SILENT = Set.of(
            "x-wso2-label", "x-wso2-vhosts", "x-wso2-owner", "x-wso2-api-id", "x-wso2-api-key-header", "x-wso2-scopes");

    private static final Set<String> KNOWN = known();

    private final Findings findings;

    UnusedExtensions(Findings findings) {
        this.findings = findings;
    }

    /** @param holder the document, a path item or an operation */
    void report(Mapping holder, Level level) {
        holder.members().forEach((name, value) -> {
            String done = NOT_DONE.get(name);
            if (done != null && asksForSomething(value)) {
                findings.warn(value.place(), "'" + name + "' has no effect: the gateway does not do " + done);
            } else if ((name.startsWith("x-wso2-") || name.startsWith("x-understudy-")) && !KNOWN.contains(name)) {
                unknown(name, value);
            } else {
                misplaced(name, value, level);
            }
        });
    }

    private void misplaced(String name, Value value, Level level) {
        Level only = ONLY_AT.getOrDefault(name, level);
        if (only != level) {
            findings.warn(value.place(), "'" + name + "' has no effect here (expected: on " + only.words + ")");
        }
    }

    private void unknown(String name, Value value) {
        Optional<String> meant = Words.meant(name, READ);
        if (meant.isPresent() || name.startsWith("x-understudy-")) {
            findings.faultText(
                    value.place(),
                    Value.shown(name) + " is no extension (expected: one that is"
                            + Words.hint(meant.or(() -> Words.nearest(name, READ))) + ")");
        } else {
            findings.warn(value.place(), Value.shown(name) + " has no effect: it is not known");
        }
    }

    private static boolean asksForSomething(Value value) {
        if (value.asMapping().isPresent()) {
            return value.asMapping()
                            .flatMap(map -> map.get("enabled"))
                            .flatMap(Value::asBoolean)
                            .orElse(true)
                    && !onlyTokens(value);
        }
        return value.asBoolean().orElse(true)
                && !value.asText().orElse("").equals("Unlimited")
                && !(value instanceof Value.Scalar scalar && scalar.kind() == Value.Scalar.Kind.NULL)
                && !bothTransports(value);
    }

    // x-wso2-application-security: {security-types: [oauth2], optional: false} is what happens anyway.
    private static boolean onlyTokens(Value value) {
        return value.place().token().equals("x-wso2-application-security")
                && value.asMapping()
                        .flatMap(map -> map.get("security-types"))
                        .flatMap(Value::asItems)
                        .filter(types -> types.stream()
                                .allMatch(type -> type.asText().orElse("").equals("oauth2")))
                        .isPresent();
    }

    private static boolean bothTransports(Value value) {
        return value.place().token().equals("x-wso2-transports")
                && value.asItems().filter(all -> all.size() == 2).isPresent();
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(READ);
        known.addAll(NOT_DONE.keySet());
        known.addAll(SILENT);
        return Set.copyOf(known);
    }
}
