package dev.understudy.tracing;

import java.net.URI;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Whether traces are wanted: it is known where to, and no key of Spring Boot says no. */
final class TracingIsOn implements Condition {

    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

    private static final String TRANSPORT = "management.opentelemetry.tracing.export.otlp.transport";

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return in(context.getEnvironment());
    }

    /** @throws InvalidConfigurationPropertyValueException if spans could never be sent to where they are wanted */
    static boolean in(Environment environment) {
        String endpoint = environment.getProperty(ENDPOINT, "");
        boolean on = StringUtils.hasText(endpoint)
                && Stream.of(
                                "management.opentelemetry.enabled",
                                "management.tracing.export.enabled",
                                "management.tracing.export.otlp.enabled")
                        .allMatch(key -> environment.getProperty(key, Boolean.class, true));
        if (on) {
            checkEndpoint(endpoint);
            checkTransport(environment.getProperty(TRANSPORT, "http"));
        }
        return on;
    }

    private static void checkEndpoint(String endpoint) {
        if (!isHttpUrl(endpoint)) {
            throw new InvalidConfigurationPropertyValueException(
                    ENDPOINT, endpoint, "Expected: a URL such as http://collector.example.com:4318/v1/traces.");
        }
    }

    private static boolean isHttpUrl(String text) {
        try {
            URI url = URI.create(text);
            return url.getHost() != null
                    && url.getScheme() != null
                    && url.getScheme().matches("(?i)https?");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void checkTransport(String transport) {
        if (!transport.toLowerCase(Locale.ROOT).equals("http")) {
            throw new InvalidConfigurationPropertyValueException(
                    TRANSPORT,
                    transport,
                    "Expected: http, or nothing. Collectors take OTLP over HTTP on port 4318 where they take gRPC on 4317.");
        }
    }
}
