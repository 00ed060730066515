package dev.understudy.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LoggingSystem;

/** Keeps the log of libraries out of what a command prints: warnings of our own go to standard error, all else nowhere. */
final class CommandLogging {

    private CommandLogging() {}

    static void begin() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        // Where Spring Boot has set it up already, in the tests, there is somebody who reads it.
        if (factory instanceof LoggerContext context && context.getObject(LoggingSystem.class.getName()) == null) {
            context.reset();
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(standardError(context));
            context.getLogger("dev.understudy").setLevel(Level.WARN);
        }
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("understudy: %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
