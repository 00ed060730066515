package dev.understudy.openapi;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Scalar;
import dev.understudy.openapi.Value.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The lists of endpoints that a document has, as they are written there level by level, and the same document with others.
 * Whether they are any good is for {@link OpenApiReader} to say. Immutable; takes up to seconds for the largest documents, so it
 * is not for event loops.
 */
public final class EndpointLists {

    /** Whose requests a list is for. */
    public enum Kind {
        PRODUCTION(EndpointReader.PRODUCTION),
        SANDBOX(EndpointReader.SANDBOX);

        private final String extension;

        Kind(String extension) {
            this.extension = extension;
        }

        /** The member that holds the list. */
        public String extension() {
            return extension;
        }
    }

    /**
     * Where a document may have a list.
     *
     * @param path as it stands in the document; empty: the API
     * @param method in lower case; empty: the path, or the API
     */
    public record Level(String path, String method) {

        public static final Level API = new Level("", "");

        public Level {
            if (path.isEmpty() && !method.isEmpty()) {
                throw new IllegalArgumentException("method: " + method + " without a path (expected: none)");
            }
        }

        /** The one that counts where this one has no list; empty for the API. */
        public Optional<Level> above() {
            if (!method.isEmpty()) {
                return Optional.of(new Level(path, ""));
            }
            return path.isEmpty() ? Optional.empty() : Optional.of(API);
        }
    }

    /** A list of a level. */
    public record Place(Level level, Kind kind) {}

    /**
     * A list.
     *
     * @param type as it is written; empty: none is
     * @param urls in their order
     * @param limits what is written in {@code advanceEndpointConfig}, by the names of {@link #LIMITS}; of a list, its items with
     *     {@code ", "} between them
     * @param reference what others may refer to it by, if it is written elsewhere
     * @param signsIn whether the endpoints get credentials, which stay as they are
     */
    public record Listed(
            String type, List<String> urls, Map<String, String> limits, Optional<String> reference, boolean signsIn) {

        public Listed {
            urls = List.copyOf(urls);
            limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        }

        /** A list that stands where it is used. */
        public static Listed of(String type, List<String> urls, Map<String, String> limits) {
            return new Listed(type, urls, limits, Optional.empty(), false);
        }
    }

    /** What came of writing other lists. */
    public sealed interface Written {

        /** The document. */
        record Document(byte[] content) implements Written {}

        /** It cannot be done in this document. @param faults where, and why; never empty */
        record Refused(List<Finding> faults) implements Written {}
    }

    /** What is in {@code advanceEndpointConfig} and can be written, parts behind a dot. */
    public static final List<String> LIMITS = List.of(
            "timeoutInMillis",
            "retryConfig.count",
            "retryConfig.statusCodes",
            "circuitBreakers.maxConnections",
            "circuitBreakers.maxRequests",
            "circuitBreakers.maxPendingRequests",
            "failover.connectTimeout",
            "failover.responseTimeout",
            "failover.deadline",
            "failover.idleTimeout",
            "failover.statuses",
            "failover.replayLimit",
            "failover.trustIdempotencyKey",
            "failover.suspendAfter",
            "failover.suspendAtRate",
            "failover.suspendFor",
            "failover.suspendAtMost",
            "failover.probe.interval",
            "failover.probe.timeout",
            "failover.probe.path",
            "failover.probe.always",
            "failover.exposeHeaders");

    private static final List<String> LISTS = List.of("retryConfig.statusCodes", "failover.statuses");
    private static final String ADVANCED = "advanceEndpointConfig";
    private static final String CREDENTIALS = "securityConfig";
    private static final String REFERENCE = "#/x-wso2-endpoints/";

    private final String name;
    private final byte[] content;
    private final Mapping document;
    private final Map<Level, Map<Kind, Listed>> levels = new LinkedHashMap<>();

    private EndpointLists(String name, byte[] content, Mapping document) {
        this.name = name;
        this.content = content;
        this.document = document;
        addLevel(Level.API, document);
        document.get("paths")
                .flatMap(Value::asMapping)
                .ifPresent(paths ->
                        paths.members().forEach((path, item) -> item.asMapping().ifPresent(map -> addPath(path, map))));
    }

    /**
     * @param name of the document: one that ends in {@code .json} is read as JSON, any other as YAML
     * @return empty if it is no map, or cannot be read: {@link OpenApiReader} says why
     */
    public static Optional<EndpointLists> of(String name, byte[] content) {
        return Tree.read(name, content, new Findings()).map(document -> new EndpointLists(name, content, document));
    }

    /** All levels in the order of the document, the API first, an operation after its path. */
    public List<Level> levels() {
        return List.copyOf(levels.keySet());
    }

    /** What a level has itself; empty: it has what the level above has. */
    public Optional<Listed> own(Level level, Kind kind) {
        return Optional.ofNullable(levels.getOrDefault(level, Map.of()).get(kind));
    }

    /** The list that counts at a level, its own or that of a level above; empty: what else the document says, or nobody. */
    public Optional<Listed> effective(Level level, Kind kind) {
        return own(level, kind).or(() -> level.above().flatMap(above -> effective(above, kind)));
    }

    /**
     * The document with other lists at some places. All else stays as it stands, to the letter.
     *
     * @param wanted empty: the place has no list of its own any more
     */
    public Written with(Map<Place, Optional<Listed>> wanted) {
        try {
            Mapping after = document;
            for (Map.Entry<Place, Optional<Listed>> each : wanted.entrySet()) {
                after = with(after, each.getKey(), each.getValue());
            }
            return after == document ? new Written.Document(content) : written(after);
        } catch (Tree.Unreadable e) {
            return refused(e.place(), String.valueOf(e.getMessage()));
        }
    }

    private Written written(Mapping after) {
        String text = new String(content, StandardCharsets.UTF_8);
        String mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
        boolean json = name.toLowerCase(Locale.ROOT).endsWith(".json");
        String changed = Splices.applied(text.substring(mark.length()), json, document, after);
        byte[] result = (mark + changed).getBytes(StandardCharsets.UTF_8);
        // What is written says what was wanted, or is not given out: the ways to write YAML are many.
        Optional<Mapping> readAgain = Tree.read(name, result, new Findings());
        return readAgain.filter(again -> Splices.same(again, after)).isPresent()
                ? new Written.Document(result)
                : refused(
                        Value.Place.DOCUMENT,
                        "the document is written in a way that cannot be changed here (expected: plain maps and lists"
                                + " at the places that change; change the file itself, and upload it)");
    }

    private static Written refused(Value.Place place, String text) {
        return new Written.Refused(List.of(new Finding(place.pointer(), place.line(), text)));
    }

    private void addPath(String path, Mapping item) {
        addLevel(new Level(path, ""), item);
        item.members().forEach((method, operation) -> {
            if (ApiReader.METHODS.contains(method)) {
                operation.asMapping().ifPresent(map -> addLevel(new Level(path, method), map));
            }
        });
    }

    private void addLevel(Level level, Mapping at) {
        Map<Kind, Listed> own = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            at.get(kind.extension()).map(this::listed).ifPresent(list -> own.put(kind, list));
        }
        levels.put(level, own);
    }

    private Listed listed(Value value) {
        Mapping list = list(value);
        Map<String, String> limits = new LinkedHashMap<>();
        Optional<Value> advanced = list.get(ADVANCED);
        for (String limit : LIMITS) {
            advanced.flatMap(all -> at(all, limit)).ifPresent(found -> limits.put(limit, shown(found)));
        }
        return new Listed(
                list.get("type").map(EndpointLists::shown).orElse(""),
                list.get("urls").flatMap(Value::asItems).orElse(List.of()).stream()
                        .map(EndpointLists::shown)
                        .toList(),
                limits,
                value.asText(),
                list.has(CREDENTIALS));
    }

    /** What is written at a place, or what is referred to there; empty where it is nothing of the kind. */
    private Mapping list(Value value) {
        return value.asText()
                .filter(reference -> reference.startsWith(REFERENCE))
                .flatMap(reference -> named(reference.substring(REFERENCE.length())))
                .or(() -> Optional.of(value))
                .flatMap(Value::asMapping)
                .orElseGet(() -> Mapping.empty(value.place()));
    }

    private Optional<Value> named(String wanted) {
        return document.get("x-wso2-endpoints").flatMap(Value::asItems).orElse(List.of()).stream()
                .flatMap(item -> item.asMapping().flatMap(map -> map.get(wanted)).stream())
                .findFirst();
    }

    private static Optional<Value> at(Value value, String dotted) {
        Optional<Value> at = Optional.of(value);
        for (String name : dotted.split("\\.")) {
            at = at.flatMap(Value::asMapping).flatMap(map -> map.get(name));
        }
        return at;
    }

    private static String shown(Value value) {
        return value instanceof Scalar scalar
                ? scalar.text()
                : value.asItems().orElse(List.of()).stream()
                        .map(EndpointLists::shown)
                        .collect(Collectors.joining(", "));
    }

    private Mapping with(Mapping root, Place at, Optional<Listed> wanted) {
        List<String> tokens = tokens(at.level());
        return with(root, tokens, level -> {
            Optional<Value> there = level.get(at.kind().extension());
            if (wanted.isEmpty()) {
                return there.isEmpty() ? level : without(level, at.kind().extension());
            }
            Mapping before = there.map(this::list).orElseGet(() -> Mapping.empty(level.place()));
            Mapping after = there.isPresent()
                    ? written(before, wanted.get())
                    : signingIn(at, wanted.get().urls(), written(before, wanted.get()));
            return there.isPresent() && Splices.same(before, after)
                    ? level
                    : level.with(at.kind().extension(), after);
        });
    }

    /**
     * Whether a list that is new at a place gets the credentials of the list that held there. It does as long as all of its
     * endpoints are at hosts and ports that these credentials are for already.
     */
    public boolean signsInAlike(Place at, List<String> urls) {
        Optional<Listed> held = effective(at.level(), at.kind()).filter(Listed::signsIn);
        return own(at.level(), at.kind()).isEmpty()
                && held.isPresent()
                && origins(held.get().urls()).containsAll(origins(urls));
    }

    private Mapping signingIn(Place at, List<String> urls, Mapping list) {
        return signsInAlike(at, urls)
                ? heldAt(at)
                        .flatMap(held -> held.get(CREDENTIALS))
                        .map(credentials -> list.with(CREDENTIALS, credentials))
                        .orElse(list)
                : list;
    }

    private Optional<Mapping> heldAt(Place at) {
        return at.level()
                .above()
                .flatMap(above -> node(above)
                        .flatMap(level -> level.get(at.kind().extension()))
                        .map(this::list)
                        .or(() -> heldAt(new Place(above, at.kind()))));
    }

    private Optional<Mapping> node(Level level) {
        Optional<Mapping> node = Optional.of(document);
        for (String token : tokens(level)) {
            node = node.flatMap(map -> map.get(token)).flatMap(Value::asMapping);
        }
        return node;
    }

    private static Set<String> origins(List<String> urls) {
        return urls.stream().map(EndpointLists::origin).collect(Collectors.toSet());
    }

    // What is no URL of an endpoint is at no host that anybody else is at.
    private static String origin(String url) {
        try {
            Endpoint endpoint = Endpoint.parse(url);
            return endpoint.secure() + " " + endpoint.host() + " " + endpoint.port();
        } catch (IllegalArgumentException e) {
            return url;
        }
    }

    private static List<String> tokens(Level level) {
        List<String> tokens = new ArrayList<>();
        if (!level.path().isEmpty()) {
            tokens.addAll(List.of("paths", level.path()));
        }
        if (!level.method().isEmpty()) {
            tokens.add(level.method());
        }
        return tokens;
    }

    private static Mapping with(Mapping map, List<String> tokens, UnaryOperator<Mapping> change) {
        if (tokens.isEmpty()) {
            return change.apply(map);
        }
        Value child = map.get(tokens.get(0))
                .orElseThrow(() -> new Tree.Unreadable(
                        map.place(), "no " + Value.shown(tokens.get(0)) + " (expected: one, here)"));
        Mapping before = child.asMapping()
                .orElseThrow(() -> new Tree.Unreadable(child.place(), child.shown() + " (expected: a map)"));
        Mapping after = with(before, tokens.subList(1, tokens.size()), change);
        return after == before ? map : map.with(tokens.get(0), after);
    }

    private static Mapping without(Mapping map, String name) {
        Map<String, Value> members = new LinkedHashMap<>(map.members());
        members.remove(name);
        return new Mapping(map.place(), members);
    }

    private static Mapping written(Mapping before, Listed wanted) {
        Value.Place place = before.place();
        Mapping list = before;
        List<Value> urls =
                wanted.urls().stream().<Value>map(url -> text(place, url)).toList();
        list = with(list, "urls", Optional.of(new Sequence(place, urls)));
        list = with(
                list,
                "type",
                Optional.of(wanted.type()).filter(type -> !type.isEmpty()).map(type -> text(place, type)));
        Mapping advanced = before.get(ADVANCED).flatMap(Value::asMapping).orElseGet(() -> Mapping.empty(place));
        for (String limit : LIMITS) {
            Optional<String> text = Optional.ofNullable(wanted.limits().get(limit))
                    .map(String::strip)
                    .filter(some -> !some.isEmpty());
            Optional<String> there = at(advanced, limit).map(EndpointLists::shown);
            if (!text.equals(there)) {
                advanced =
                        with(advanced, Arrays.asList(limit.split("\\.")), text.map(some -> value(limit, some, place)));
            }
        }
        return with(list, ADVANCED, filled(advanced));
    }

    private static Optional<Value> filled(Mapping map) {
        return Optional.<Value>of(map).filter(some -> !map.members().isEmpty());
    }

    /** Without a value, it goes, and so does what has nothing else. */
    private static Mapping with(Mapping map, List<String> names, Optional<Value> value) {
        String name = names.get(0);
        if (names.size() == 1) {
            return with(map, name, value);
        }
        Mapping part = map.get(name).flatMap(Value::asMapping).orElseGet(() -> Mapping.empty(map.place()));
        Mapping changed = with(part, names.subList(1, names.size()), value);
        return with(map, name, filled(changed));
    }

    private static Mapping with(Mapping map, String name, Optional<Value> value) {
        if (value.isEmpty()) {
            return map.has(name) ? without(map, name) : map;
        }
        boolean already =
                map.get(name).filter(there -> Splices.same(there, value.get())).isPresent();
        return already ? map : map.with(name, value.get());
    }

    private static Value text(Value.Place place, String text) {
        return new Scalar(place, Scalar.Kind.TEXT, text);
    }

    /** As an author would write it: what is no number, no word and no list goes as text, and is refused when it is read. */
    private static Value value(String limit, String text, Value.Place place) {
        if (LISTS.contains(limit)) {
            List<Value> items = Arrays.stream(text.split("[,\\s]+"))
                    .filter(item -> !item.isEmpty() && !item.equals("[]"))
                    .map(item -> scalar(item, place))
                    .toList();
            return new Sequence(place, items);
        }
        return scalar(text, place);
    }

    private static Value scalar(String text, Value.Place place) {
        if (text.matches("-?(0|[1-9][0-9]{0,9})")) {
            return new Scalar(place, Scalar.Kind.NUMBER, text);
        }
        return text.equals("true") || text.equals("false")
                ? new Scalar(place, Scalar.Kind.BOOLEAN, text)
                : text(place, text);
    }
}
