package dev.understudy.tracing;

import dev.understudy.journal.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.List;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** The rest is Spring Boot's: sampler, queue, exporter, and their keys. */
@Configuration(proxyBeanMethods = false)
@Conditional(TracingIsOn.class)
class TracingConfiguration {

    @Bean
    Tracing tracing(OpenTelemetry openTelemetry) {
        return new RequestTracing(openTelemetry.getTracer("dev.understudy"));
    }

    // In the place of Spring Boot's.
    @Bean
    SpanExporters spanExporters(List<SpanExporter> exporters) {
        return SpanExporters.of(exporters.stream().map(ToldExporter::new).toList());
    }
}
