package dev.understudy.accesslog;

import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Witness;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line on standard output for each request, in UTF-8. Lines are made and written by a thread of their own: a terminal
 * or a collector that takes nothing for a while must not hold up event loops. It takes what has gathered in some
 * milliseconds at once, so that under load there is not a change of threads and a system call for each. When too many wait,
 * lines are left out and counted.
 */
final class AccessLog implements Witness, MeterBinder, AutoCloseable {

    static final String LEFT_OUT = "understudy.access.log.left.out";

    /** Lines that may wait to be written. */
    static final int MOST_WAITING = 8_192;

    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

    /** How many lines are left out between two warnings of it. */
    private static final long TOLD_EVERY = 10_000;

    private static final int AT_ONCE = 1_024;
    private static final long GATHERING_MILLIS = 5;
    private static final long PATIENCE_AT_END_MILLIS = 1_000;

    // What Linux writes to a pipe in one piece (pipe(7), PIPE_BUF), so that no other line comes to stand within it.
    private static final int PIECE = 4_096;

    private final Form form;
    private final BlockingQueue<RequestRecord> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread writer = new Thread(this::write, "access-log");

    /** Writes the line for a request, without its end and in UTF-8. Called by one thread. */
    interface Form {
        void write(RequestRecord request, OutputStream line) throws IOException;
    }

    AccessLog(Form form) {
        this.form = form;
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void saw(RequestRecord request) {
        if (!waiting.offer(request)) {
            leaveOut();
        }
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
        writer.interrupt();
        try {
            writer.join(PATIENCE_AT_END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        List<RequestRecord> taken = new ArrayList<>(AT_ONCE);
        try {
            while (true) {
                taken.add(waiting.take());
                TimeUnit.MILLISECONDS.sleep(GATHERING_MILLIS);
                waiting.drainTo(taken, AT_ONCE);
                print(taken);
                taken.clear();
            }
        } catch (InterruptedException closed) {
            waiting.drainTo(taken);
            print(taken);
        }
    }

    private void print(List<RequestRecord> requests) {
        ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (RequestRecord request : requests) {
            line.reset();
            write(request, line);
            if (piece.size() > 0 && piece.size() + line.size() > PIECE) {
                print(piece);
            }
            append(line, piece);
        }
        print(piece);
    }

    private static void print(ByteArrayOutputStream piece) {
        append(piece, System.out);
        System.out.flush();
        piece.reset();
    }

    private static void append(ByteArrayOutputStream bytes, OutputStream to) {
        try {
            bytes.writeTo(to);
        } catch (IOException e) {
            // Neither memory nor standard output throws one.
            throw new UncheckedIOException(e);
        }
    }

    // One that cannot be written must not be the last one.
    private void write(RequestRecord request, ByteArrayOutputStream line) {
        try {
            form.write(request, line);
            line.write('\n');
        } catch (RuntimeException | IOException e) {
            line.reset();
            log.error("No line of the access log could be made for the request {}", request.id(), e);
        }
    }

    private void leaveOut() {
        if (leftOut.getAndIncrement() % TOLD_EVERY == 0) {
            log.warn("Standard output takes too little: {} lines of the access log were left out", leftOut);
        }
    }
}
