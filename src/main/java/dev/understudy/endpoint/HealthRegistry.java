package dev.understudy.endpoint;

import java.util.Collection;
import java.util.List;

/**
 * Keeps what is known of endpoints. Outlives a reload: a group is known by its name, an endpoint in it by its URL and what its
 * certificate is judged by. Safe for use by many threads.
 */
public interface HealthRegistry {

    /** Makes these known. What was known of the same is kept, and follows the new policy. */
    void add(Collection<EndpointGroup> groups);

    /** Forgets all others. */
    void retain(Collection<EndpointGroup> groups);

    /** The endpoints of a group with their health, as the document lists them; never empty. */
    List<Member> members(EndpointGroup group);

    /**
     * Nobody knows how this endpoint is: it goes to the back of the line until a probe finds it well, in all lists.
     *
     * @param url as {@link Endpoint#toString} has it
     */
    void doubt(String url);
}
