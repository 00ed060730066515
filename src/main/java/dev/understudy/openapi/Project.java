package dev.understudy.openapi;

import java.util.List;

/**
 * What an API project is known by.
 *
 * @param id its own, else made of name and version
 * @param ownId whether its author gave the id
 * @param type such as {@code HTTP}
 * @param context the path prefix under which it is served
 * @param deployments where it is to be served; never empty
 */
public record Project(
        String id,
        boolean ownId,
        String name,
        String version,
        String type,
        String context,
        List<Deployment> deployments) {

    /**
     * @param environment a name that the author gave
     * @param virtualHost in lower case
     */
    public record Deployment(String environment, String virtualHost) {

        /** Where a project goes that does not say where. */
        public static final Deployment DEFAULT = new Deployment("Default", "localhost");
    }

    public Project {
        if (deployments.isEmpty()) {
            throw new IllegalArgumentException("deployments: none (expected: at least one)");
        }
        deployments = List.copyOf(deployments);
    }
}
