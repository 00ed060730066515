package dev.understudy.admin.console;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** All APIs, and how it stands with them. */
class ApisPage {

    /** The element that has what was found. */
    static final String RESULTS = "results";

    private static final Comparator<ApiRow> BY_NAME = Comparator.comparing(ApiRow::name, String.CASE_INSENSITIVE_ORDER)
            .thenComparing(ApiRow::version)
            .thenComparing(ApiRow::id);

    private static final Map<String, Comparator<ApiRow>> ORDERS = Map.of(
            "name", BY_NAME,
            "path", Comparator.comparing(ApiRow::basePath).thenComparing(BY_NAME),
            "operations", Comparator.comparingInt(ApiRow::operations).thenComparing(BY_NAME),
            "served", Comparator.comparingInt(ApiRow::trouble).reversed().thenComparing(BY_NAME));

    private static final List<String> SORTS = List.of("name", "path", "operations", "served");
    private static final List<String> SHOWS = List.of("all", "attention", "undeployed");

    /**
     * How many there are.
     *
     * @param served of which something is served, or should be
     * @param attention that somebody should look at
     */
    record Counts(int served, int attention, int undeployed) {}

    private final Console console;
    private final ApiDirectory directory;

    ApisPage(Console console, ApiDirectory directory) {
        this.console = console;
        this.directory = directory;
    }

    @Bean
    RouterFunction<ServerResponse> apisPageRoutes() {
        return console.page(Paths.CONSOLE, (request, viewer) -> list(request));
    }

    private Console.Page list(ServerRequest request) {
        Instant now = Instant.now();
        ListQuery query = ListQuery.of(request, Paths.CONSOLE, SORTS, SHOWS);
        List<ApiRow> all = directory.rows(now);
        List<Entry> found = all.stream()
                .filter(row -> isShown(row, query.show()) && row.has(query.text()))
                .sorted(order(query))
                .map(row -> Entry.of(row, now))
                .toList();
        Console.Page page = page(query, counts(all), found);
        return Htmx.wants(request.exchange(), RESULTS) ? page.only(RESULTS) : page;
    }

    /** That of a gateway without APIs. */
    static Console.Page empty() {
        ListQuery query = new ListQuery(Paths.CONSOLE, "", SORTS.get(0), false, SHOWS.get(0), 1);
        return page(query, new Counts(0, 0, 0), List.of());
    }

    private static Console.Page page(ListQuery query, Counts counts, List<Entry> found) {
        return Console.Page.of(
                "apis", Map.of("title", "APIs", "query", query, "counts", counts, "part", query.part(found)));
    }

    private static boolean isShown(ApiRow row, String show) {
        return switch (show) {
            case "attention" -> row.wantsAttention();
            case "undeployed" -> row.undeployed();
            default -> !row.undeployed();
        };
    }

    private static Comparator<ApiRow> order(ListQuery query) {
        Comparator<ApiRow> order = ORDERS.getOrDefault(query.sort(), BY_NAME);
        return query.descending() ? order.reversed() : order;
    }

    private static Counts counts(List<ApiRow> all) {
        int undeployed = (int) all.stream().filter(ApiRow::undeployed).count();
        return new Counts(
                all.size() - undeployed,
                (int) all.stream().filter(ApiRow::wantsAttention).count(),
                undeployed);
    }

    /** A row, with times as people read them. */
    record Entry(ApiRow row, ServedView servedBy) {

        static Entry of(ApiRow row, Instant now) {
            return new Entry(row, ServedView.of(row, now));
        }
    }
}
