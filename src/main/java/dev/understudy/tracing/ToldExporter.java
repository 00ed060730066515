package dev.understudy.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when spans cannot be exported, and when they can be again: once, and not with each batch. */
final class ToldExporter implements SpanExporter {

    private static final Logger log = LoggerFactory.getLogger(ToldExporter.class);

    private static final int CAUSES_READ = 10;
    private static final String EXPORTER = "io.opentelemetry.exporter.internal.http.HttpExporter";

    private final SpanExporter exporter;
    private final AtomicBoolean failing = new AtomicBoolean();

    ToldExporter(SpanExporter exporter) {
        this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> tell(result));
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    private void tell(CompletableResultCode result) {
        if (failing.getAndSet(!result.isSuccess()) == result.isSuccess()) {
            if (result.isSuccess()) {
                log.info("Spans are exported again");
            } else {
                log.warn(
                        "Spans could not be exported, and are lost until they can be: {}. Look at {}",
                        why(result.getFailureThrowable()),
                        TracingIsOn.ENDPOINT);
            }
        }
    }

    // What went wrong on the way is wrapped several times. Of an answer that is an error the exporter says nothing
    // here.
    private static String why(@Nullable Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int i = 0; i < CAUSES_READ && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return cause.toString();
            }
        }
        return "the collector answered with an error, which logging.level." + EXPORTER + ": warn shows";
    }
}
