package dev.understudy.admin.console;

import dev.understudy.definitions.Outcome;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.EndpointLists;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.openapi.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;

/**
 * What is to be said of a list that somebody writes, by the field that it stands beside.
 *
 * @param fields by the id of the element; {@code url-2} and so on for endpoints, {@code url-new} for the one that is being added
 * @param others what is of no field of the form
 */
record ListRemarks(Map<String, List<Remark>> fields, List<Remark> others) {

    static final ListRemarks NONE = new ListRemarks(Map.of(), List.of());

    /** @param fault whether it cannot be deployed like this */
    record Remark(boolean fault, String text) {

        public String level() {
            return fault ? "nobody" : "warn";
        }
    }

    public List<Remark> of(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** Whether it can be deployed as far as this form goes. */
    public boolean faulty() {
        return fields.values().stream().flatMap(List::stream).anyMatch(Remark::fault)
                || others.stream().anyMatch(Remark::fault);
    }

    /** What follows from the form alone. @param policy what holds where the list says nothing */
    static List<Named> ofForm(ListForm form, FailoverPolicy policy) {
        List<Named> remarks = new ArrayList<>();
        long urls = form.listed(Optional.empty()).urls().size();
        if (form.type() == EndpointType.SINGLE && urls > 1) {
            remarks.add(new Named(
                    "type", new Remark(true, "A single endpoint is one: remove the others, or choose Failover.")));
        }
        if (form.type() == EndpointType.FAILOVER && urls == 1) {
            remarks.add(new Named("type", new Remark(false, "There is no understudy yet: add another endpoint.")));
        }
        time(form, "failover.deadline", "").ifPresent(deadline -> {
            shorter(remarks, form, deadline, "failover.connectTimeout", "connect timeout", policy.connectTimeout());
            shorter(remarks, form, deadline, "failover.responseTimeout", "response timeout", policy.responseTimeout());
        });
        return remarks;
    }

    /** A remark and its field. */
    record Named(String field, Remark remark) {}

    private static void shorter(
            List<Named> remarks, ListForm form, Duration deadline, String name, String words, Duration usual) {
        Duration timeout = time(form, name, LimitField.shown(usual)).orElse(usual);
        boolean written = form.limits().containsKey(name);
        if (deadline.compareTo(timeout) < 0) {
            remarks.add(new Named(
                    LimitField.idOf("failover.deadline"),
                    new Remark(
                            false,
                            LimitField.shown(deadline) + " is over before the " + words + " of "
                                    + LimitField.shown(timeout) + (written ? "" : ", which holds here,")
                                    + " is: no next endpoint is asked after that. Give that one a shorter time.")));
        }
    }

    private static Optional<Duration> time(ListForm form, String name, String otherwise) {
        String text = form.limits().getOrDefault(name, otherwise);
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(DurationStyle.detectAndParse(text)).filter(time -> time.toMillis() > 0);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** All of it. @param outcome what would come of deploying the whole document with this list */
    static ListRemarks of(ListForm form, FailoverPolicy policy, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return of(form, policy, refused.faults(), refused.warnings());
        }
        return of(form, policy, List.of(), outcome instanceof Outcome.Applied applied ? applied.warnings() : List.of());
    }

    /**
     * @param faults of the reading of the whole document with this list, @param warnings the same
     */
    static ListRemarks of(ListForm form, FailoverPolicy policy, List<Finding> faults, List<Finding> warnings) {
        Map<String, List<Remark>> fields = new LinkedHashMap<>();
        List<Remark> others = new ArrayList<>();
        ofForm(form, policy).forEach(each -> put(fields, each.field(), each.remark()));
        String prefix = pointer(form.place());
        for (Finding fault : faults) {
            add(form, prefix, fault, true, fields, others);
        }
        for (Finding warning : warnings) {
            if (warning.pointer().startsWith(prefix)) {
                add(form, prefix, warning, false, fields, others);
            }
        }
        return new ListRemarks(fields, others);
    }

    private static void add(
            ListForm form,
            String prefix,
            Finding finding,
            boolean fault,
            Map<String, List<Remark>> fields,
            List<Remark> others) {
        String pointer = finding.pointer();
        Optional<String> field = pointer.startsWith(prefix + "/")
                ? field(form, pointer.substring(prefix.length() + 1))
                : Optional.empty();
        if (field.isPresent()) {
            put(fields, field.get(), new Remark(fault, finding.text()));
        } else if (pointer.equals(prefix)) {
            others.add(new Remark(fault, finding.text()));
        } else {
            others.add(new Remark(fault, finding.toString()));
        }
    }

    private static Optional<String> field(ListForm form, String rest) {
        if (rest.equals("type")) {
            return Optional.of("type");
        }
        if (rest.matches("urls/\\d{1,4}")) {
            return url(form, Integer.parseInt(rest.substring("urls/".length())));
        }
        return EndpointLists.LIMITS.stream()
                .filter(limit -> ("advanceEndpointConfig/" + rest(limit)).equals(rest)
                        || rest.startsWith("advanceEndpointConfig/" + rest(limit) + "/"))
                .findFirst()
                .map(LimitField::idOf);
    }

    private static String rest(String limit) {
        return limit.replace('.', '/');
    }

    /** Blank ones are not in the document. */
    private static Optional<String> url(ListForm form, int position) {
        int left = position;
        for (int i = 0; i < form.urls().size(); i++) {
            if (!form.urls().get(i).isEmpty() && left-- == 0) {
                return Optional.of("url-" + i);
            }
        }
        return left == 0 && !form.fresh().isEmpty() ? Optional.of("url-new") : Optional.empty();
    }

    private static void put(Map<String, List<Remark>> fields, String field, Remark remark) {
        fields.computeIfAbsent(field, first -> new ArrayList<>()).add(remark);
    }

    private static String pointer(Place place) {
        Level level = place.level();
        String path = level.path().isEmpty()
                ? ""
                : "/paths/" + level.path().replace("~", "~0").replace("/", "~1");
        return path + (level.method().isEmpty() ? "" : "/" + level.method()) + "/"
                + place.kind().extension();
    }
}
