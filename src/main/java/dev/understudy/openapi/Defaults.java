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
 * @param secrets that documents may name
 */
public record Defaults(FailoverPolicy policy, long replayMemoryBytes, Cors cors, boolean corsEnabled, Secrets secrets) {

    /** For documents that may name no secrets. */
    public Defaults(FailoverPolicy policy, long replayMemoryBytes, Cors cors, boolean corsEnabled) {
        this(policy, replayMemoryBytes, cors, corsEnabled, Secrets.none());
    }

    /** The same, but for the secrets. */
    public Defaults with(Secrets others) {
        return new Defaults(policy, replayMemoryBytes, cors, corsEnabled, others);
    }
}
