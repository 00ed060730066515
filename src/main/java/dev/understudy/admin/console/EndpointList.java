package dev.understudy.admin.console;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.EndpointGroup;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A list of endpoints that operations of an API go to.
 *
 * @param kinds for which tokens: {@code production}, {@code sandbox}, or both
 * @param operations how many go there
 */
record EndpointList(EndpointGroup group, Set<String> kinds, int operations) {

    /** In the order in which its operations name them. What is known of groups of the same name is the same. */
    static Collection<EndpointList> of(Api api) {
        Map<String, EndpointList> lists = new LinkedHashMap<>();
        for (Operation operation : api.operations()) {
            operation.production().ifPresent(group -> add(lists, group, "production"));
            operation.sandbox().ifPresent(group -> add(lists, group, "sandbox"));
        }
        return lists.values();
    }

    private static void add(Map<String, EndpointList> lists, EndpointGroup group, String kind) {
        EndpointList before = lists.getOrDefault(group.name(), new EndpointList(group, Set.of(), 0));
        Set<String> kinds = new TreeSet<>(before.kinds);
        kinds.add(kind);
        lists.put(group.name(), new EndpointList(group, kinds, before.operations + 1));
    }
}
