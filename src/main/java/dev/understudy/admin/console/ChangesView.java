package dev.understudy.admin.console;

import dev.understudy.definitions.Changes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** What is otherwise than before, as a page shows it. @param kinds those of which there is something */
record ChangesView(List<Kind> kinds) {

    /** More of a kind are counted, and not listed. */
    static final int MOST_ROWS = 200;

    /** @param sign and style repeat what the title says */
    record Kind(String sign, String style, String title, List<Row> rows, int unlisted) {}

    /** @param method empty for an endpoint, @param more what of it is otherwise; may be empty */
    record Row(String method, String text, String more) {}

    static ChangesView of(Changes changes) {
        List<Kind> kinds = new ArrayList<>();
        add(kinds, "+", "added", "operation", changes.added(), place -> row(place, ""));
        add(kinds, "−", "removed", "operation", changes.removed(), place -> row(place, ""));
        add(kinds, "~", "changed", "operation", changes.changed(), ChangesView::row);
        add(kinds, "+", "added", "endpoint", changes.endpointsAdded(), url -> new Row("", url, ""));
        add(kinds, "−", "removed", "endpoint", changes.endpointsRemoved(), url -> new Row("", url, ""));
        return new ChangesView(kinds);
    }

    public boolean nothing() {
        return kinds.isEmpty();
    }

    private static <T> void add(
            List<Kind> kinds, String sign, String style, String what, Collection<T> all, Function<T, Row> row) {
        if (!all.isEmpty()) {
            kinds.add(new Kind(
                    sign,
                    style,
                    all.size() + " " + what + (all.size() == 1 ? " " : "s ") + style,
                    all.stream().limit(MOST_ROWS).map(row).toList(),
                    Math.max(0, all.size() - MOST_ROWS)));
        }
    }

    private static Row row(Changes.Changed changed) {
        return row(changed.place(), "in " + String.join(", ", changed.aspects()));
    }

    private static Row row(Changes.Place place, String more) {
        return new Row(
                place.method(),
                (place.virtualHost().equals("localhost") ? "" : place.virtualHost()) + place.path(),
                more);
    }
}
