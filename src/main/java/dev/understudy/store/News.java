package dev.understudy.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What others have kept.
 *
 * @param kept new and changed APIs, as they are now
 * @param forgotten keys of APIs that are not kept any more
 */
public record News(List<StoredApi> kept, Set<String> forgotten) {

    /** There is nothing new. */
    public static final News NONE = new News(List.of(), Set.of());

    public News {
        kept = List.copyOf(kept);
        forgotten = Set.copyOf(forgotten);
    }

    public boolean isEmpty() {
        return kept.isEmpty() && forgotten.isEmpty();
    }

    /** This, and what came later. */
    News and(News later) {
        Map<String, StoredApi> all = new LinkedHashMap<>();
        kept.forEach(api -> all.put(api.key(), api));
        all.keySet().removeAll(later.forgotten);
        later.kept.forEach(api -> all.put(api.key(), api));
        Set<String> gone = new HashSet<>(forgotten);
        gone.addAll(later.forgotten);
        gone.removeAll(all.keySet());
        return new News(new ArrayList<>(all.values()), gone);
    }
}
