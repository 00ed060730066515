package dev.understudy.demo;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A demo endpoint cannot listen on its port. */
final class PortTaken extends RuntimeException {

    private final int port;

    PortTaken(int port, Throwable cause) {
        super(text(port), cause);
        this.port = port;
    }

    /** What is wrong, in words for whoever runs the demo. */
    String text() {
        return text(port);
    }

    private static String text(int port) {
        return "Port " + port + " is needed by a demo endpoint and cannot be listened on";
    }

    /** Says it to whoever starts the demo. */
    static final class Analyzer extends AbstractFailureAnalyzer<PortTaken> {

        @Override
        protected FailureAnalysis analyze(Throwable root, PortTaken cause) {
            return new FailureAnalysis(
                    cause.text() + ".",
                    "Stop what listens on port %d, or start without the profile demo.".formatted(cause.port),
                    cause);
        }
    }
}
