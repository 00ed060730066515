package dev.understudy.openapi;

import dev.understudy.catalog.Cors;
import dev.understudy.endpoint.FailoverPolicy;

/**
 * What holds where a document says nothing.
 *
 * @param policy of endpoint groups
 * @param replayMemoryBytes how much is kept of the bodies of all requests together, whatever a group may keep of one
 * @param cors for what {@code x-wso2-cors} leaves out
 * @param corsEnabled whether {@code cors} also holds for documents without {@code x-wso2-cors}
 */
public record Defaults(FailoverPolicy policy, long replayMemoryBytes, Cors cors, boolean corsEnabled) {}
