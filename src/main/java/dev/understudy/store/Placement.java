package dev.understudy.store;

import java.util.List;

/**
 * Where a revision is served.
 *
 * @param virtualHost in lower case
 * @param environments names that its author gave; never empty
 * @param revision its number
 */
public record Placement(String virtualHost, List<String> environments, int revision) {

    public Placement {
        environments = environments.stream().distinct().sorted().toList();
        if (environments.isEmpty()) {
            throw new IllegalArgumentException("environments: none (expected: at least one)");
        }
    }
}
