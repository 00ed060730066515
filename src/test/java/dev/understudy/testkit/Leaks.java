package dev.understudy.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** The buffers that are lost from now on. Every buffer is followed; Netty names each place where one was lost once. */
public final class Leaks implements AutoCloseable {

    private static final int LOOKS = 3;
    private static final long COLLECTED_MILLIS = 2_000;

    // The build has it follow each buffer without a note of each touch, which takes as long as the tests.
    private static final ResourceLeakDetector.Level FOLLOWING_ALL =
            Integer.getInteger("io.netty.leakDetection.samplingInterval", 128) == 1
                    ? ResourceLeakDetector.Level.SIMPLE
                    : ResourceLeakDetector.Level.PARANOID;

    private final Logger reports = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final List<String> found = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().startsWith("LEAK")) {
                found.add(event.getFormattedMessage());
            }
        }
    };

    private Leaks() {}

    public static Leaks watch() {
        // Those of others first.
        look();
        Leaks leaks = new Leaks();
        ResourceLeakDetector.setLevel(FOLLOWING_ALL);
        leaks.appender.setContext(leaks.reports.getLoggerContext());
        leaks.appender.start();
        leaks.reports.addAppender(leaks.appender);
        return leaks;
    }

    /** Looks for lost buffers. @return what was reported so far */
    public List<String> found() {
        look();
        return found;
    }

    @Override
    public void close() {
        reports.detachAppender(appender);
        ResourceLeakDetector.setLevel(before);
    }

    // What the collector found is reported when the next buffer is made.
    private static void look() {
        for (int i = 0; i < LOOKS; i++) {
            collect();
            ByteBufAllocator.DEFAULT.buffer(1).release();
        }
    }

    // Until it has found something, at least.
    private static void collect() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        PhantomReference<Object> one = new PhantomReference<>(new Object(), collected);
        System.gc();
        try {
            if (collected.remove(COLLECTED_MILLIS) != one) {
                throw new IllegalStateException("The collector does not run when it is asked to");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
