package dev.understudy.admin.console;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.definitions.Edit;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The lists of an API level by level, as they would be with the draft.
 *
 * @param served what is served of the API now, which also knows endpoints that no list of the document has
 */
record EndpointLevels(Edit.Lists now, Optional<Api> served) {

    /**
     * One line of the tree.
     *
     * @param key by which the form goes there
     * @param href the same for those who have no form
     * @param state names a picture
     * @param word says the same
     */
    record Row(
            String key,
            String href,
            String method,
            String path,
            String state,
            String word,
            boolean drafted,
            boolean current) {}

    /** What a place has itself. */
    Optional<Listed> own(Place place) {
        Optional<Listed> wanted = now.wanted().lists().getOrDefault(place, Optional.empty());
        return now.wanted().lists().containsKey(place) ? wanted : deployed(place);
    }

    /** What it has in the latest revision. */
    Optional<Listed> deployed(Place place) {
        return now.lists().own(place.level(), place.kind());
    }

    /** What holds at a place without a list of its own; empty: nothing that is known. */
    Optional<Listed> above(Place place) {
        Optional<Level> level = place.level().above();
        while (level.isPresent()) {
            Optional<Listed> own = own(new Place(level.get(), place.kind()));
            if (own.isPresent()) {
                return own;
            }
            level = level.get().above();
        }
        return elsewhere(place.kind());
    }

    /** Whether it is the path whose list holds at an operation without one of its own, and not the API's. */
    boolean asThePath(Place place) {
        return !place.level().method().isEmpty()
                && own(new Place(new Level(place.level().path(), ""), place.kind()))
                        .isPresent();
    }

    /** A form with what is there. */
    ListForm form(Place place) {
        Optional<Listed> own = own(place);
        Listed list = own.or(() -> above(place)).orElseGet(() -> Listed.of("failover", List.of(), Map.of()));
        return ListForm.of(place, now.seen(), own.isPresent(), list);
    }

    /** What a form makes of its place; empty: no list of its own. */
    Optional<Listed> of(ListForm form) {
        Place place = form.place();
        Optional<Listed> deployed = deployed(place);
        Listed list = form.listed(deployed.or(() -> above(place)));
        if (!place.level().equals(Level.API)) {
            return form.own() ? Optional.of(list) : Optional.empty();
        }
        boolean asElsewhere = deployed.isEmpty()
                && above(place).filter(other -> same(other, list)).isPresent();
        return list.urls().isEmpty() || asElsewhere ? Optional.empty() : Optional.of(list);
    }

    /** The draft with what a form has. */
    Edit.Wanted with(ListForm form) {
        Map<Place, Optional<Listed>> lists = new LinkedHashMap<>(now.wanted().lists());
        Optional<Listed> mine = of(form);
        if (same(mine, deployed(form.place()))) {
            lists.remove(form.place());
        } else {
            lists.put(form.place(), mine);
        }
        return new Edit.Wanted(lists);
    }

    /** In the order of the document. @param text that has to be in their method or path, @param href of a place */
    List<Row> rows(Place current, String text, Function<Place, String> href) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return now.lists().levels().stream()
                .filter(level -> wanted.isEmpty()
                        || (level.method() + " " + level.path())
                                .toLowerCase(Locale.ROOT)
                                .contains(wanted))
                .map(level -> new Place(level, current.kind()))
                .map(place -> row(place, href.apply(place), place.equals(current)))
                .toList();
    }

    private Row row(Place place, String href, boolean current) {
        boolean own = own(place).isPresent();
        return new Row(
                key(place),
                href,
                place.level().method().toUpperCase(Locale.ROOT),
                place.level().path(),
                own ? "own" : "above",
                own ? "own list" : otherwise(place),
                now.wanted().lists().containsKey(place),
                current);
    }

    /** What holds where there is no own list, in words. */
    String otherwise(Place place) {
        if (!place.level().equals(Level.API)) {
            return asThePath(place) ? "as the path" : "as the API";
        }
        return elsewhere(place.kind()).isPresent() ? "as its servers say" : "none";
    }

    static String key(Place place) {
        Level level = place.level();
        return place.kind().name().toLowerCase(Locale.ROOT) + " "
                + (level.method().isEmpty() ? "-" : level.method()) + " " + level.path();
    }

    /** @param key as {@link #key} has it; what is none is the API */
    static Place place(String key) {
        String[] parts = key.split(" ", 3);
        return parts.length < 3
                ? ListForm.place(parts[0], "", "")
                : ListForm.place(parts[0], parts[2], parts[1].equals("-") ? "" : parts[1]);
    }

    private static boolean same(Optional<Listed> one, Optional<Listed> other) {
        return one.isPresent() == other.isPresent() && (one.isEmpty() || same(one.get(), other.orElseThrow()));
    }

    private static boolean same(Listed one, Listed other) {
        return one.type().equals(other.type())
                && one.urls().equals(other.urls())
                && one.limits().equals(other.limits());
    }

    // What the document's servers or api.yaml say is known only of what is served.
    private Optional<Listed> elsewhere(Kind kind) {
        if (now.lists().own(Level.API, kind).isPresent()) {
            return Optional.empty();
        }
        return served.stream()
                .flatMap(api -> api.operations().stream())
                .filter(operation -> !hasOwn(operation, kind))
                .flatMap(operation -> (kind == Kind.PRODUCTION ? operation.production() : operation.sandbox()).stream())
                .findFirst()
                .map(EndpointLevels::listed);
    }

    private boolean hasOwn(Operation operation, Kind kind) {
        String path = operation.path().toString();
        return now.lists()
                        .own(new Level(path, operation.method().toLowerCase(Locale.ROOT)), kind)
                        .isPresent()
                || now.lists().own(new Level(path, ""), kind).isPresent();
    }

    static Listed listed(EndpointGroup group) {
        List<String> urls = group.endpoints().stream().map(Endpoint::toString).toList();
        String type =
                group.type() == EndpointGroup.Type.FAILOVER ? "failover" : urls.size() == 1 ? "http" : "load_balance";
        return Listed.of(type, urls, Map.of());
    }
}
