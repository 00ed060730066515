package dev.understudy.admin.console;

import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriUtils;

/** How the places of an API are called, and where their lists are shown. */
final class PlaceLinks {

    /** Whose requests. @param key by which the form goes there */
    record Tab(String label, String key, String href, boolean current) {}

    private PlaceLinks() {}

    static String where(Place place) {
        Level level = place.level();
        String at = level.path().isEmpty()
                ? "the API"
                : (level.method().toUpperCase(Locale.ROOT) + " " + level.path()).strip();
        return place.kind() == Kind.SANDBOX ? at + ", sandbox" : at;
    }

    static String href(String id, Place place) {
        Level level = place.level();
        return Paths.endpoints(id) + "?kind=" + place.kind().name().toLowerCase(Locale.ROOT)
                + (level.path().isEmpty() ? "" : "&path=" + encoded(level.path()))
                + (level.method().isEmpty() ? "" : "&method=" + encoded(level.method()));
    }

    /** What was searched for, behind the path of a place. */
    static String found(MultiValueMap<String, String> sent) {
        String page = ListForm.first(sent, "page");
        return found(ListForm.first(sent, "q"), page.matches("[1-9]\\d{0,4}") ? Integer.parseInt(page) : 1);
    }

    static String found(String text, int page) {
        return (text.isEmpty() ? "" : "&q=" + encoded(text)) + (page > 1 ? "&page=" + page : "");
    }

    static List<Tab> tabs(String id, Place place) {
        return Arrays.stream(Kind.values())
                .map(kind -> tab(id, new Place(place.level(), kind), place))
                .toList();
    }

    private static Tab tab(String id, Place place, Place current) {
        return new Tab(
                place.kind() == Kind.PRODUCTION ? "Production" : "Sandbox",
                EndpointLevels.key(place),
                href(id, place),
                place.equals(current));
    }

    private static String encoded(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }
}
