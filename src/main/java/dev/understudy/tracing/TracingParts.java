package dev.understudy.tracing;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out what Spring Boot would set up for OpenTelemetry where no traces are wanted: without it there is no thread, no
 * queue and no connection. And, in any case, what would make spans of its own beside the gateway's.
 */
final class TracingParts implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";
    private static final String SDK = "org.springframework.boot.opentelemetry.autoconfigure.";

    // Spans of Spring's observations, exemplars of those, and logs, which nothing hands over.
    private static final String[] NEVER = {
        TRACING + "autoconfigure.", TRACING + "opentelemetry.autoconfigure.zipkin.", SDK + "logging."
    };

    private static final String[] WHERE_WANTED = {TRACING + "opentelemetry.autoconfigure.", SDK};

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
        boolean on = TracingIsOn.in(Objects.requireNonNull(environment));
        boolean[] kept = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            String name = classes[i];
            kept[i] = name == null || !startsWith(name, NEVER) && (on || !startsWith(name, WHERE_WANTED));
        }
        return kept;
    }

    private static boolean startsWith(String name, String[] prefixes) {
        return Arrays.stream(prefixes).anyMatch(name::startsWith);
    }
}
