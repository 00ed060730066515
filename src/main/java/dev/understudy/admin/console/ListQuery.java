package dev.understudy.admin.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.UriUtils;

/**
 * What somebody wants to see of a long list. What cannot be understood is passed over: a link that somebody kept leads to
 * the list all the same.
 *
 * @param path of the page
 * @param text to be found; may be empty
 * @param sort by which column
 * @param page from 1
 */
record ListQuery(String path, String text, String sort, boolean descending, String show, int page) {

    static final int PER_PAGE = 100;
    private static final int LONGEST_TEXT = 200;

    /** @param sorts that there are, the usual one first; @param shows as well */
    static ListQuery of(ServerRequest request, String path, List<String> sorts, List<String> shows) {
        String text = request.queryParam("q").orElse("").strip();
        return new ListQuery(
                path,
                text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text,
                request.queryParam("sort").filter(sorts::contains).orElse(sorts.get(0)),
                request.queryParam("dir").filter("desc"::equals).isPresent(),
                request.queryParam("show").filter(shows::contains).orElse(shows.get(0)),
                request.queryParam("page")
                        .filter(page -> page.matches("[1-9]\\d{0,5}"))
                        .map(Integer::parseInt)
                        .orElse(1));
    }

    /** Whether what is to be found is part of a text, without regard to case. */
    boolean isIn(String whole) {
        return whole.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    /** The same by another column, or the other way round. */
    public String sortedBy(String column) {
        return new ListQuery(path, text, column, sort.equals(column) && !descending, show, 1).href();
    }

    /** For {@code aria-sort}. */
    public String order(String column) {
        return !sort.equals(column) ? "none" : descending ? "descending" : "ascending";
    }

    public String showing(String what) {
        return new ListQuery(path, text, sort, descending, what, 1).href();
    }

    public String onPage(int number) {
        return new ListQuery(path, text, sort, descending, show, number).href();
    }

    /** The same of another page. */
    public String on(String otherPath) {
        return new ListQuery(otherPath, text, sort, descending, show, page).href();
    }

    private String href() {
        List<String> parts = new ArrayList<>();
        add(parts, "q", text, "");
        add(parts, "sort", sort, "");
        add(parts, "dir", descending ? "desc" : "", "");
        add(parts, "show", show, "all");
        add(parts, "page", String.valueOf(page), "1");
        return path + (parts.isEmpty() ? "" : "?" + String.join("&", parts));
    }

    private static void add(List<String> parts, String name, String value, String usual) {
        if (!value.equals(usual)) {
            parts.add(name + "=" + UriUtils.encode(value, StandardCharsets.UTF_8));
        }
    }

    /** A part of a list. @param page the one that there is, of {@code pages}; @param from of the first shown, from 1 */
    record Part<T>(List<T> shown, int all, int page, int pages, int from) {

        public int to() {
            return from + shown.size() - 1;
        }
    }

    <T> Part<T> part(List<T> all) {
        int pages = Math.max(1, (all.size() + PER_PAGE - 1) / PER_PAGE);
        int there = Math.min(page, pages);
        int from = (there - 1) * PER_PAGE;
        return new Part<>(all.subList(from, Math.min(all.size(), from + PER_PAGE)), all.size(), there, pages, from + 1);
    }
}
