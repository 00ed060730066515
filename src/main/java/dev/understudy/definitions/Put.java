package dev.understudy.definitions;

import dev.understudy.store.Format;

/**
 * What an API is to be.
 *
 * @param id of the API
 * @param content not to be changed any more
 * @param dryRun whether it is only asked what would come of it
 * @param by who wants it
 */
public record Put(String id, Format format, byte[] content, Condition condition, boolean dryRun, String by) {}
