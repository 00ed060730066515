package dev.understudy.checkup;

import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.Trust;
import java.util.List;
import java.util.Optional;

/**
 * What is to be checked.
 *
 * @param targets 1 to {@value #MOST}; the same one may be there twice
 * @param path what is asked for below each URL, such as {@code /health}; empty: the URL itself
 */
public record Question(List<Target> targets, Optional<String> path) {

    /** Targets of one check. */
    public static final int MOST = 50;

    /**
     * One URL.
     *
     * @param url as it would stand in a document, whether it is valid or not
     * @param trust what its certificate is to be judged by; empty: by what the Java platform trusts
     */
    public record Target(String url, Optional<Trust> trust) {}

    /** @throws IllegalArgumentException if there are too few or too many, or the path is none; says what was expected */
    public Question {
        if (targets.isEmpty() || targets.size() > MOST) {
            throw new IllegalArgumentException("urls: " + targets.size() + " (expected: 1 to " + MOST + ")");
        }
        if (!path.map(Probe::isPath).orElse(true)) {
            throw new IllegalArgumentException(
                    "path: not one that can be asked for (expected: a path such as /health)");
        }
        targets = List.copyOf(targets);
    }

    /** The same for URLs that are judged by what the Java platform trusts. */
    public static Question of(List<String> urls, Optional<String> path) {
        return new Question(
                urls.stream().map(url -> new Target(url, Optional.empty())).toList(), path);
    }
}
