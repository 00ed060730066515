package dev.understudy.accesslog;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Witness;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line on standard output for each request. Lines are made and written by a thread of their own: a terminal or a
 * collector that takes nothing for a while must not hold up event loops. When too many wait, lines are left out and counted.
 */
final class AccessLog implements Witness, MeterBinder, AutoCloseable {

    static final String LEFT_OUT = "understudy.access.log.left.out";

    /** Lines that may wait to be written. */
    static final int MOST_WAITING = 8_192;

    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

    /** How many lines are left out between two warnings of it. */
    private static final long TOLD_EVERY = 10_000;

    private static final class Lines extends LayoutBase<ILoggingEvent> {

        private final Function<RequestRecord, String> form;

        Lines(Function<RequestRecord, String> form) {
            this.form = form;
        }

        @Override
        public String doLayout(ILoggingEvent event) {
            return form.apply((RequestRecord) event.getArgumentArray()[0]) + "\n";
        }
    }

    private final AsyncAppender appender = new AsyncAppender();
    private final ch.qos.logback.classic.Logger source;
    private final AtomicLong leftOut = new AtomicLong();

    /** @param form makes the line for a request, without its end */
    AccessLog(Function<RequestRecord, String> form) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        source = context.getLogger(AccessLog.class);
        Lines lines = new Lines(form);
        lines.setContext(context);
        lines.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(lines);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        appender.setContext(context);
        appender.setName("access-log");
        appender.setQueueSize(MOST_WAITING);
        appender.setDiscardingThreshold(0);
        appender.setNeverBlock(true);
        appender.addAppender(console);
        appender.start();
    }

    @Override
    public void saw(RequestRecord request) {
        if (appender.getRemainingCapacity() == 0) {
            leaveOut();
            return;
        }
        appender.doAppend(new LoggingEvent(
                AccessLog.class.getName(), source, Level.INFO, "request", null, new Object[] {request}));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder(LEFT_OUT, leftOut, AtomicLong::get)
                .description("Lines of the access log that standard output did not take in time")
                .register(registry);
    }

    /** Writes what waits, for a second at most. */
    @Override
    public void close() {
        appender.stop();
    }

    private void leaveOut() {
        if (leftOut.getAndIncrement() % TOLD_EVERY == 0) {
            log.warn("Standard output takes too little: {} lines of the access log were left out", leftOut);
        }
    }
}
