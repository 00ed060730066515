package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.definitions.Edit;
import dev.understudy.endpoint.Digest;
import dev.understudy.openapi.EndpointLists;
import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.ErrorResponseException;

/**
 * The list of one place as the form has it. All of it comes back with each step that somebody makes, so nothing of it is kept
 * by the gateway. Immutable.
 *
 * @param seen what the form was begun with
 * @param begun digest of what was in it then
 * @param own whether the place has a list of its own
 * @param urls in their order; some may be blank
 * @param fresh the one that is being added; may be blank
 * @param limits by the names of {@link EndpointLists#LIMITS}, without blank ones
 */
record ListForm(
        Place place,
        Edit.Seen seen,
        String begun,
        boolean own,
        EndpointType type,
        List<String> urls,
        String fresh,
        Map<String, String> limits) {

    /** A list of more is changed in the document. */
    static final int MOST_URLS = 200;

    static final String LIMIT = "limit.";

    private static final int LONGEST = 2_000;

    ListForm {
        urls = List.copyOf(urls);
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    }

    static ListForm of(Place place, Edit.Seen seen, boolean own, Listed list) {
        ListForm form = new ListForm(place, seen, "", own, EndpointType.of(list), list.urls(), "", list.limits());
        return form.begunWith(form.digest());
    }

    /**
     * What was sent; what is missing counts as blank.
     *
     * @throws ErrorResponseException with 400 where it is more than a form has
     */
    static ListForm of(MultiValueMap<String, String> sent) {
        List<String> urls = sent.getOrDefault("url", List.of());
        String fresh = first(sent, "new");
        int all = urls.size() + (fresh.isEmpty() ? 0 : 1);
        if (all > MOST_URLS) {
            throw tooMany(all + " endpoints (expected: " + MOST_URLS + " at most)");
        }
        Map<String, String> limits = new LinkedHashMap<>();
        for (String limit : EndpointLists.LIMITS) {
            String value = first(sent, LIMIT + limit);
            if (!value.isEmpty()) {
                limits.put(limit, value);
            }
        }
        return new ListForm(
                place(first(sent, "kind"), first(sent, "path"), first(sent, "method")),
                seen(sent),
                first(sent, "begun"),
                first(sent, "own").equals("true"),
                EndpointType.named(first(sent, "type")),
                urls.stream().map(ListForm::stripped).toList(),
                fresh,
                limits);
    }

    static Edit.Seen seen(MultiValueMap<String, String> sent) {
        String revision = first(sent, "revision");
        return new Edit.Seen(
                revision.matches("\\d{1,9}") ? Integer.parseInt(revision) : 0,
                Optional.of(first(sent, "draft")).filter(tag -> !tag.isEmpty()));
    }

    /** @param kind {@code sandbox}, else production; @param method without a path counts for nothing */
    static Place place(String kind, String path, String method) {
        return new Place(
                new Level(path, path.isEmpty() ? "" : method), kind.equals("sandbox") ? Kind.SANDBOX : Kind.PRODUCTION);
    }

    static String first(MultiValueMap<String, String> sent, String name) {
        return stripped(Optional.ofNullable(sent.getFirst(name)).orElse(""));
    }

    private static String stripped(String text) {
        String stripped = text.strip();
        if (stripped.length() > LONGEST) {
            throw tooMany("a field of " + stripped.length() + " characters (expected: " + LONGEST + " at most)");
        }
        return stripped;
    }

    // Cut, it would be saved without the rest.
    private static ErrorResponseException tooMany(String what) {
        return AdminProblems.problem(
                HttpStatus.BAD_REQUEST, "The form has " + what + ". Nothing was changed: change the document itself.");
    }

    /** With what is being added at the end of the others. */
    ListForm added() {
        if (fresh.isEmpty()) {
            return this;
        }
        List<String> more = new ArrayList<>(urls);
        more.add(fresh);
        return with(own, type, more, "");
    }

    /** The same where there is none at this position, or at the other. */
    ListForm moved(int from, int to) {
        if (!isPosition(from) || !isPosition(to)) {
            return this;
        }
        List<String> others = new ArrayList<>(urls);
        others.add(to, others.remove(from));
        return with(own, type, others, fresh);
    }

    ListForm removed(int at) {
        if (!isPosition(at)) {
            return this;
        }
        List<String> others = new ArrayList<>(urls);
        others.remove(at);
        return with(own, type, others, fresh);
    }

    ListForm ofItsOwn() {
        return with(true, type, urls, fresh);
    }

    /** The same list, begun anew with what is there now. */
    ListForm onTopOf(Edit.Seen now) {
        return new ListForm(place, now, "", own, type, urls, fresh, limits);
    }

    /** Whether somebody changed anything. */
    boolean touched() {
        return !begun.equals(digest());
    }

    boolean isPosition(int at) {
        return at >= 0 && at < urls.size();
    }

    /** Without blank URLs, and with the one that is being added. @param before what is there */
    Listed listed(Optional<Listed> before) {
        List<String> all = new ArrayList<>(urls);
        all.add(fresh);
        all.removeIf(String::isEmpty);
        return Listed.of(type.written(before), all, limits);
    }

    private ListForm begunWith(String digest) {
        return new ListForm(place, seen, digest, own, type, urls, fresh, limits);
    }

    private ListForm with(boolean otherOwn, EndpointType otherType, List<String> others, String otherFresh) {
        return new ListForm(place, seen, begun, otherOwn, otherType, others, otherFresh, limits);
    }

    private String digest() {
        String all = place + "\n" + own + "\n" + type + "\n" + listed(Optional.empty());
        return Digest.sha256(all, 8);
    }
}
