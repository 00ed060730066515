package dev.understudy.loopback;

/** One line of a request's or an answer's head. */
public record Header(String name, String value) {}
