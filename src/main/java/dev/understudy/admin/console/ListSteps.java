package dev.understudy.admin.console;

import dev.understudy.openapi.EndpointLists.Listed;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps by which somebody makes a list another one in the form, and what is said of each. Nothing is kept of them. */
final class ListSteps {

    private ListSteps() {}

    /** @param step such as {@code up:2}; what is none adds what stands in the last field */
    static ListEdit after(EndpointLevels levels, ListForm form, String step) {
        int colon = step.indexOf(':');
        String number = step.substring(colon + 1);
        int at = colon > 0 && number.matches("\\d{1,4}") ? Integer.parseInt(number) : -1;
        return switch (colon > 0 ? step.substring(0, colon) : step) {
            case "up" -> moved(form, at, at - 1);
            case "down" -> moved(form, at, at + 1);
            case "remove" ->
                ListEdit.of(form.removed(at))
                        .told("url-new", form.isPosition(at) ? form.urls().get(at) + " removed." : "");
            case "own" -> ListEdit.of(form.ofItsOwn()).told("choice-own", "A list of its own.");
            case "above" -> above(levels, form);
            case "theirs" -> {
                Optional<Listed> theirs = levels.deployed(form.place());
                Listed list = theirs.or(() -> levels.above(form.place()))
                        .orElseGet(() -> Listed.of("failover", List.of(), Map.of()));
                yield ListEdit.of(ListForm.of(form.place(), levels.now().seen(), theirs.isPresent(), list)
                                .onTopOf(levels.now().seen()))
                        .told("save", "What is deployed is in the form now.");
            }
            case "type", "order" -> ListEdit.of(form);
            default -> added(form);
        };
    }

    private static ListEdit added(ListForm form) {
        ListForm added = form.added();
        boolean more = added.urls().size() > form.urls().size();
        return ListEdit.of(added)
                .told(
                        "url-new",
                        more
                                ? form.fresh() + " is "
                                        + added.type().nameOf(form.urls().size()) + " now."
                                : "");
    }

    private static ListEdit moved(ListForm form, int from, int to) {
        ListForm moved = form.moved(from, to);
        if (moved.equals(form)) {
            return ListEdit.of(form);
        }
        boolean up = to < from;
        boolean end = up ? to == 0 : to == form.urls().size() - 1;
        String focus = (up == end ? "down-" : "up-") + to;
        return ListEdit.of(moved)
                .told(focus, form.urls().get(from) + " is " + form.type().nameOf(to) + " now.");
    }

    private static ListEdit above(EndpointLevels levels, ListForm form) {
        ListForm there = ListForm.of(
                form.place(),
                form.seen(),
                false,
                levels.above(form.place()).orElseGet(() -> Listed.of("failover", List.of(), Map.of())));
        ListForm kept = new ListForm(
                form.place(), form.seen(), form.begun(), false, there.type(), there.urls(), "", there.limits());
        return ListEdit.of(kept).told("choice-above", "No list of its own.");
    }
}
