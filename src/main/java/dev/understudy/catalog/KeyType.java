package dev.understudy.catalog;

/** Which of an operation's two groups a caller's token is for. */
public enum KeyType {
    PRODUCTION,
    SANDBOX
}
