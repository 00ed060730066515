package dev.understudy.admin.console;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.journal.Standing;
import dev.understudy.store.Heard;
import dev.understudy.store.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The processes that serve the same, and how each endpoint is for each of them.
 *
 * @param summary in a sentence
 * @param newest the latest revision that anybody knows
 * @param attention how many have something to be looked at
 * @param columns the gateways of the matrix
 * @param lines the endpoints of it, those first that are not ready everywhere
 * @param uncolumned how many gateways more there are on this page
 * @param unlisted how many endpoints more there are
 */
record FleetView(
        String summary,
        long newest,
        int all,
        int attention,
        ListQuery.Part<Row> part,
        List<Row> columns,
        List<Line> lines,
        int uncolumned,
        int unlisted) {

    static final int MOST_COLUMNS = 30;
    static final int MOST_LINES = 200;

    /** One process. @param level names a picture and a style; @param away how many endpoints are not ready there */
    record Row(
            Report report,
            String level,
            String word,
            String heard,
            When started,
            int away,
            boolean gateway,
            Map<String, Report.State> states) {

        boolean attention() {
            return !level.equals("first");
        }
    }

    /** An endpoint. @param href of its page; null: it is none of those that are known here */
    record Line(String url, @Nullable String href, String summary, List<Cell> cells) {}

    /** An endpoint for a gateway. @param level names a picture and a style */
    record Cell(
            String gateway,
            String level,
            String word,
            @Nullable When since) {}

    /**
     * @param own revision of the store as it is known here
     * @param urls of all endpoints that are known here
     */
    static FleetView of(List<Heard> heard, long own, Collection<String> urls, ListQuery query, Instant now) {
        long newest = Math.max(
                own,
                heard.stream().mapToLong(each -> each.report().revision()).max().orElse(own));
        List<Row> rows = heard.stream().map(each -> row(each, newest, now)).toList();
        List<Row> wanted = rows.stream()
                .filter(row -> query.show().equals("all") || row.attention())
                .filter(row -> query.isIn(row.report.name()))
                .toList();
        ListQuery.Part<Row> part = query.part(wanted);
        List<Row> gateways = part.shown().stream().filter(Row::gateway).toList();
        List<Row> columns = gateways.subList(0, Math.min(MOST_COLUMNS, gateways.size()));
        List<Row> all = rows.stream().filter(Row::gateway).toList();
        List<Line> lines = lines(all, columns, urls, now);
        int attention = (int) rows.stream().filter(Row::attention).count();
        return new FleetView(
                summary(rows.size(), attention),
                newest,
                rows.size(),
                attention,
                part,
                columns,
                lines.subList(0, Math.min(MOST_LINES, lines.size())),
                gateways.size() - columns.size(),
                Math.max(0, lines.size() - MOST_LINES));
    }

    private static String summary(int all, int attention) {
        if (all == 0) {
            return "Nobody has been heard of yet.";
        }
        return attention == 0
                ? (all == 1 ? "One process, up to date." : "All " + all + " processes are up to date.")
                : attention + " of " + all + " need a look.";
    }

    private static Row row(Heard heard, long newest, Instant now) {
        Report report = heard.report();
        String level = "first";
        String word = "Up to date";
        if (heard.missed()) {
            level = "nobody";
            word = "Not heard of";
        } else if (!report.refused().isEmpty()) {
            level = "understudy";
            word = "Refuses " + report.refused().size();
        } else if (report.revision() < newest) {
            level = "trial";
            word = "Behind";
        }
        Map<String, Report.State> states = new HashMap<>();
        report.states().forEach(state -> states.put(state.url(), state));
        return new Row(
                report,
                level,
                word,
                When.span(heard.ago().isNegative() ? Duration.ZERO : heard.ago()),
                When.of(report.started(), now),
                report.states().size() + report.others(),
                !report.role().equals("control-plane"),
                states);
    }

    private static List<Line> lines(List<Row> all, List<Row> columns, Collection<String> urls, Instant now) {
        Map<String, Integer> away = new TreeMap<>();
        urls.forEach(url -> away.put(url, 0));
        all.forEach(row -> row.states.keySet().forEach(url -> away.merge(url, 1, Integer::sum)));
        List<Line> lines = new ArrayList<>();
        away.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(each -> lines.add(new Line(
                        each.getKey(),
                        urls.contains(each.getKey()) ? Paths.endpoint(Endpoint.id(each.getKey())) : null,
                        each.getValue() == 0 ? "" : "not ready on " + each.getValue() + " of " + all.size(),
                        columns.stream()
                                .map(row -> cell(row, each.getKey(), now))
                                .toList())));
        return lines;
    }

    private static Cell cell(Row row, String url, Instant now) {
        Optional<Report.State> state = Optional.ofNullable(row.states.get(url));
        if (state.isEmpty()) {
            return row.report.others() == 0
                    ? new Cell(row.report.name(), "first", "Ready", null)
                    : new Cell(row.report.name(), "none", "Not told", null);
        }
        // One of a later version may have a word of its own.
        String word = state.get().state();
        Optional<Standing.State> known = Standing.State.of(word);
        return new Cell(
                row.report.name(),
                known.map(Ladder::level).orElse("none"),
                known.map(Ladder::word).orElse(word),
                When.of(state.get().since(), now));
    }
}
