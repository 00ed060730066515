package dev.understudy.admin.console;

import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A list, for people.
 *
 * @param type empty: there is no list
 * @param none what holds then, in words
 */
record ListView(String type, List<String> urls, Map<String, String> limits, String none) {

    /** A list, and where it is. */
    record At(String where, ListView list) {}

    static ListView of(Optional<Listed> list, String none) {
        return list.map(some -> new ListView(EndpointType.of(some).label(), some.urls(), some.limits(), none))
                .orElseGet(() -> new ListView("", List.of(), Map.of(), none));
    }

    static List<At> all(Map<Place, Optional<Listed>> lists, EndpointLevels levels) {
        return lists.entrySet().stream()
                .map(each ->
                        new At(PlaceLinks.where(each.getKey()), of(each.getValue(), levels.otherwise(each.getKey()))))
                .toList();
    }
}
