package dev.understudy.endpoint;

/**
 * An endpoint in a group.
 *
 * @param position 1-based place in the document's list
 * @param url of the endpoint, as {@link Endpoint#toString} has it: asked for with each request, and made once
 */
public record Member(int position, Endpoint endpoint, EndpointHealth health, String url) {

    public Member(int position, Endpoint endpoint, EndpointHealth health) {
        this(position, endpoint, health, endpoint.toString());
    }
}
