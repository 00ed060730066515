package dev.understudy.admin.console;

import dev.understudy.admin.ApiAnswers.Summary;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * An API in the list of all.
 *
 * @param name never empty: that of a file where nothing can be read of it
 * @param servedBy empty: nothing of it is served
 * @param faults why its newest version is not served; empty: it is
 */
record ApiRow(Summary summary, String name, Optional<ServedBy> servedBy, List<String> faults) {

    public String id() {
        return summary.id();
    }

    public String version() {
        return Objects.requireNonNullElse(summary.version(), "");
    }

    public String basePath() {
        return Objects.requireNonNullElse(summary.basePath(), "");
    }

    /** Those that are not the one for all others. */
    public List<String> hosts() {
        return summary.virtualHosts().equals(List.of("localhost")) ? List.of() : summary.virtualHosts();
    }

    public int operations() {
        return summary.operationCount();
    }

    public boolean deployed() {
        return summary.revision() != null;
    }

    /** Of what is deployed. */
    public int revision() {
        return Objects.requireNonNullElse(summary.revision(), 0);
    }

    /** Whether it is kept and not served anywhere. */
    public boolean undeployed() {
        return deployed() && summary.virtualHosts().isEmpty();
    }

    public String href() {
        return undeployed() ? Paths.revisions(id()) : Paths.api(id());
    }

    /** Whether somebody should look at it. */
    boolean wantsAttention() {
        return !undeployed()
                && (!faults.isEmpty()
                        || servedBy.map(ServedBy::level)
                                .filter(ServedBy.Level.FIRST::equals)
                                .isEmpty());
    }

    /** The worse, the more. */
    int trouble() {
        if (undeployed()) {
            return -1;
        }
        int served = servedBy.map(by -> by.level().ordinal()).orElse(ServedBy.Level.values().length);
        return 2 * served + (faults.isEmpty() ? 0 : 1);
    }

    boolean has(String text) {
        return contains(name, text)
                || contains(id(), text)
                || contains(basePath(), text)
                || contains(version(), text)
                || summary.virtualHosts().stream().anyMatch(host -> contains(host, text));
    }

    private static boolean contains(String whole, String part) {
        return whole.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }
}
