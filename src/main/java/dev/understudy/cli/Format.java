package dev.understudy.cli;

/** How a command says what came of it. */
enum Format {
    /** For people. */
    TEXT,
    /** For programs. */
    JSON
}
