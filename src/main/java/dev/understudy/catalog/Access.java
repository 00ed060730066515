package dev.understudy.catalog;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who may call an operation. */
public sealed interface Access {

    /** Everybody; no token is asked. */
    record Open() implements Access {}

    /**
     * Whoever has a valid token whose scopes meet one of the alternatives in full.
     *
     * @param alternatives sets of scopes; empty: any valid token does
     */
    record Secured(List<Set<String>> alternatives) implements Access {

        public Secured {
            alternatives = alternatives.stream().map(Set::copyOf).distinct().toList();
        }

        public boolean permits(Set<String> scopes) {
            for (Set<String> alternative : alternatives) {
                if (scopes.containsAll(alternative)) {
                    return true;
                }
            }
            return alternatives.isEmpty();
        }

        /** All scopes that are asked for anywhere, in order, for the {@code scope} of RFC 6750 §3. */
        public Set<String> scopes() {
            Set<String> scopes = new TreeSet<>();
            alternatives.forEach(scopes::addAll);
            return scopes;
        }
    }
}
