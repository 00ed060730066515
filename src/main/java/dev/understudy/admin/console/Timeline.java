package dev.understudy.admin.console;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.journal.Event;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.UriUtils;

/**
 * What happened, the latest first.
 *
 * @param more how many older ones are remembered and not listed
 */
record Timeline(List<Entry> entries, int more) {

    static final int LISTED = 100;

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("d MMM, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /**
     * One event.
     *
     * @param number tells it from the others
     * @param icon names a picture and a style
     * @param request where one request that it happened to is explained; empty: it happened to none
     */
    record Entry(long number, String iso, String clock, String icon, String label, String text, String request) {

        static Entry of(Event event) {
            return new Entry(
                    event.number(),
                    event.at().toString(),
                    CLOCK.format(event.at()),
                    iconOf(event.kind()),
                    labelOf(event.kind()),
                    event.text(),
                    Optional.ofNullable(event.facts().get("request"))
                            .filter(id -> !id.isEmpty())
                            .map(Paths::request)
                            .orElse(""));
        }
    }

    /** Kinds of events that belong together, as they are chosen. */
    record Choice(String word, String label, Set<Event.Kind> kinds) {}

    static final List<Choice> CHOICES = List.of(
            new Choice("all", "Everything", Set.of(Event.Kind.values())),
            new Choice("failovers", "Failovers", Set.of(Event.Kind.FAILOVER, Event.Kind.GIVEN_UP)),
            new Choice("suspensions", "Suspensions", Set.of(Event.Kind.SUSPENDED)),
            new Choice("recoveries", "Recoveries", Set.of(Event.Kind.BACK)),
            new Choice("overrides", "Overrides", Set.of(Event.Kind.OVERRIDE_SET, Event.Kind.OVERRIDE_ENDED)),
            new Choice("deploys", "Deploys", Set.of(Event.Kind.SERVED, Event.Kind.REFUSED, Event.Kind.GONE)));

    /**
     * What somebody wants to see. What cannot be understood is passed over.
     *
     * @param api part of its name; empty: all
     */
    record Filter(Choice choice, String api) {

        private static final int LONGEST = 200;

        static Filter of(ServerRequest request) {
            String word = request.queryParam("kind").orElse("");
            String api = request.queryParam("api").orElse("").strip();
            return new Filter(
                    CHOICES.stream()
                            .filter(choice -> choice.word.equals(word))
                            .findFirst()
                            .orElse(CHOICES.get(0)),
                    api.length() > LONGEST ? api.substring(0, LONGEST) : api);
        }

        /** The same for another path. */
        String on(String path) {
            return path + "?kind=" + choice.word + "&api=" + UriUtils.encode(api, StandardCharsets.UTF_8);
        }

        private boolean takes(Event event, Set<String> urls) {
            return choice.kinds.contains(event.kind())
                    && (api.isEmpty()
                            || isOf(event.facts())
                            || urls.contains(event.facts().getOrDefault("endpoint", "")));
        }

        private boolean isOf(Map<String, String> facts) {
            return Stream.of("api", "name")
                    .map(fact -> facts.getOrDefault(fact, ""))
                    .anyMatch(this::isPartOf);
        }

        private boolean isPartOf(String name) {
            return name.toLowerCase(Locale.ROOT).contains(api.toLowerCase(Locale.ROOT));
        }

        // What happens to an endpoint happens to all who use it, and names none of them.
        private Set<String> urls(Catalog catalog) {
            Set<String> urls = new HashSet<>();
            for (Api each : api.isEmpty() ? List.<Api>of() : catalog.apis()) {
                if (isPartOf(each.name() + " " + each.version())) {
                    each.operations().stream()
                            .flatMap(operation ->
                                    Stream.concat(operation.production().stream(), operation.sandbox().stream()))
                            .distinct()
                            .map(EndpointGroup::endpoints)
                            .flatMap(List::stream)
                            .forEach(endpoint -> urls.add(endpoint.toString()));
                }
            }
            return urls;
        }
    }

    /** @param events in their order */
    static Timeline of(List<Event> events, Filter filter, Catalog catalog) {
        Set<String> urls = filter.urls(catalog);
        List<Event> taken = new ArrayList<>(
                events.stream().filter(event -> filter.takes(event, urls)).toList());
        Collections.reverse(taken);
        return new Timeline(taken.stream().limit(LISTED).map(Entry::of).toList(), Math.max(0, taken.size() - LISTED));
    }

    private static String labelOf(Event.Kind kind) {
        return switch (kind) {
            case FAILOVER -> "Failover";
            case GIVEN_UP -> "Given up";
            case SUSPENDED -> "Suspended";
            case BACK -> "Back";
            case OVERRIDE_SET -> "Held";
            case OVERRIDE_ENDED -> "Let go";
            case SERVED -> "Served";
            case REFUSED -> "Refused";
            case GONE -> "Gone";
        };
    }

    private static String iconOf(Event.Kind kind) {
        return switch (kind) {
            case FAILOVER -> "understudy";
            case GIVEN_UP, SUSPENDED -> "nobody";
            case BACK -> "first";
            case OVERRIDE_SET -> "held";
            case OVERRIDE_ENDED -> "trial";
            case SERVED -> "plus";
            case REFUSED -> "warn";
            case GONE -> "none";
        };
    }

    /** The number of the latest; 0: there is none. */
    static long latest(List<Event> events) {
        return events.isEmpty() ? 0 : events.get(events.size() - 1).number();
    }
}
