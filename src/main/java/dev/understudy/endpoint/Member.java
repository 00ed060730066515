package dev.understudy.endpoint;

/**
 * An endpoint in a group.
 *
 * @param position 1-based place in the document's list
 */
public record Member(int position, Endpoint endpoint, EndpointHealth health) {}
