package dev.understudy.openapi;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.EndpointGroup.Type;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Value.Mapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Reads lists of endpoints as Choreo Connect has them: {@code {urls: […], type: failover}}, or the name of one that stands
 * in {@code x-wso2-endpoints}.
 */
final class EndpointReader {

    static final String PRODUCTION = "x-wso2-production-endpoints";
    static final String SANDBOX = "x-wso2-sandbox-endpoints";
    private static final String NAMED = "x-wso2-endpoints";
    private static final String REFERENCE = "#/" + NAMED + "/";

    /** Of a list. */
    static final Set<String> MEMBERS = Set.of("urls", "type", "advanceEndpointConfig", "securityConfig");

    private static final Set<String> LOAD_BALANCE = Set.of("load_balance", "loadbalance");

    /** What WSO2's Publisher writes for one endpoint without failover; with several URLs it means turn by turn. */
    private static final Set<String> PLAIN = Set.of("http", "service", "address", "default");

    /** What one level of a document says of endpoints. */
    sealed interface Said {

        /** Nothing, so that the level above counts. */
        record Nothing() implements Said {}

        /** @param group is there */
        record Group(Optional<EndpointGroup> group) implements Said {

            Group(EndpointGroup group) {
                this(Optional.of(group));
            }
        }

        /** Something that was reported as a fault. */
        record Nonsense() implements Said {}

        /** The same object for all operations that it is for: each object less is one less to be fetched for a request. */
        default Optional<EndpointGroup> group() {
            return Optional.empty();
        }
    }

    private final Findings findings;
    private final Names names;
    private final PolicyReader policies;
    private final SignInReader signIns;

    /** The lists that others refer to by name. */
    private final Map<String, Value> named = new TreeMap<>();

    private final Map<String, Value> unreferenced = new TreeMap<>();
    private final Map<String, Said> referenced = new HashMap<>();

    /** By name: what stands at one place is one group for all that refer to it, by whatever kind of reference. */
    private final Map<String, EndpointGroup> groups = new HashMap<>();

    /** What tells the groups of one API from those of others, reload or not. */
    private final String api;

    /** Gives an endpoint the certificates that it is to be judged by. */
    private final UnaryOperator<Endpoint> trust;

    /** @param api what it is known by, reload or not */
    EndpointReader(String api, UnaryOperator<Endpoint> trust, Defaults defaults, Findings findings) {
        this.findings = findings;
        this.names = new Names(findings);
        this.policies = new PolicyReader(defaults, findings);
        this.signIns = new SignInReader(defaults.secrets(), findings);
        this.api = api;
        this.trust = trust;
    }

    /** Finds the lists that others refer to by name; before those that do. */
    void findNamed(Mapping document) {
        document.get(NAMED).flatMap(findings::items).ifPresent(items -> items.forEach(this::findNamedList));
    }

    /** Reads those that nobody referred to, for their faults. */
    void readUnreferenced() {
        unreferenced.forEach((name, value) -> list(value, nameOf(name)));
    }

    /** What a level says in the given extension. */
    Said read(Mapping level, String extension) {
        return read(level, extension, Configured.NOTHING);
    }

    /** @param configured what completes the list */
    Said read(Mapping level, String extension, Configured configured) {
        return level.get(extension)
                .map(value -> value.asText()
                        .map(reference -> referenced(value, reference, configured))
                        .orElseGet(() -> list(value, value.place().pointer(), configured)))
                .orElseGet(Said.Nothing::new);
    }

    /** Plain URLs that take turns, as {@code servers} are meant. @param configured what completes them */
    Said turns(Value at, List<String> urls, Configured configured) {
        List<Endpoint> endpoints = new ArrayList<>();
        urls.forEach(url -> endpoint(at, url).ifPresent(endpoints::add));
        return endpoints.size() < urls.size()
                ? new Said.Nonsense()
                : group(
                        Mapping.empty(at.place()),
                        endpoints,
                        Type.LOAD_BALANCE,
                        at.place().pointer(),
                        configured);
    }

    /** URLs that have policy and credentials from elsewhere. @param name within its API */
    Said listed(
            Value at,
            List<Value> urls,
            Type type,
            FailoverPolicy policy,
            Optional<Credentials> credentials,
            String name) {
        return endpoints(urls)
                .filter(all -> oneKind(at, all))
                .<Said>map(all -> new Said.Group(new EndpointGroup(api + name, all, type, policy, credentials)))
                .orElseGet(Said.Nonsense::new);
    }

    private void findNamedList(Value item) {
        Optional<Mapping> single = findings.orFault(
                item, item.asMapping().filter(map -> map.members().size() == 1), "a map with one name");
        single.ifPresent(map -> map.members().forEach((name, value) -> {
            unreferenced.put(name, value);
            if (named.put(name, value) != null) {
                findings.faultText(value.place(), Value.shown(name) + " stands twice (expected: once)");
            }
        }));
    }

    // Not by its index, which changes when another one is put before it.
    private static String nameOf(String named) {
        return "/" + NAMED + "/" + named;
    }

    private Said referenced(Value value, String reference, Configured configured) {
        String name = reference.startsWith(REFERENCE) ? reference.substring(REFERENCE.length()) : "";
        Value list = named.get(name);
        if (list == null) {
            refuseReference(value, reference);
            return new Said.Nonsense();
        }
        unreferenced.remove(name);
        if (configured == Configured.NOTHING) {
            return referenced.computeIfAbsent(name, absent -> list(list, nameOf(name)));
        }
        // Others may refer to the same list as it stands, and would have one group with it if it had the same name.
        String own =
                configured.completesNothing() ? nameOf(name) : value.place().pointer();
        return list(list, own, configured);
    }

    private void refuseReference(Value value, String reference) {
        List<String> valid =
                named.keySet().stream().limit(100).map(REFERENCE::concat).toList();
        String some = String.join(", ", valid.subList(0, Math.min(valid.size(), 10)));
        String expected = valid.isEmpty() ? "a map with urls and type" : "one of " + some;
        findings.fault(value, expected + Words.hint(Words.nearest(reference, valid)));
    }

    private Said list(Value value, String name) {
        return list(value, name, Configured.NOTHING);
    }

    private Said list(Value value, String name, Configured configured) {
        return findings.orFault(
                        value, value.asMapping(), "a map with urls and type, or the text " + REFERENCE + "<name>")
                .map(list -> list(list, name, configured))
                .orElseGet(Said.Nonsense::new);
    }

    private Said list(Mapping list, String name, Configured configured) {
        names.refuseSlips(list, MEMBERS);
        Optional<List<Endpoint>> endpoints = endpoints(list);
        Optional<Type> type = type(list, endpoints.map(List::size).orElse(0));
        if (endpoints.isEmpty() || type.isEmpty()) {
            policies.read(list, configured);
            signIns.credentials(list, configured);
            return new Said.Nonsense();
        }
        return group(list, endpoints.get(), type.get(), name, configured);
    }

    /** @param name within its API */
    private Said group(Mapping list, List<Endpoint> endpoints, Type type, String name, Configured configured) {
        if (!oneKind(list, endpoints)) {
            return new Said.Nonsense();
        }
        return new Said.Group(groups.computeIfAbsent(
                name,
                absent -> new EndpointGroup(
                        api + name,
                        endpoints,
                        type,
                        policies.read(list, configured),
                        signIns.credentials(list, configured))));
    }

    private boolean oneKind(Value at, List<Endpoint> endpoints) {
        boolean mixed = endpoints.stream().map(Endpoint::webSocket).distinct().count() > 1;
        if (mixed) {
            findings.faultText(at.place(), "ws and http URLs in one list (expected: only one kind)");
        }
        return !mixed;
    }

    private Optional<List<Endpoint>> endpoints(Mapping list) {
        Optional<Value> urls = list.get("urls");
        if (urls.isEmpty()) {
            findings.faultText(list.place(), "no urls (expected: a list of at least one URL)");
            return Optional.empty();
        }
        Optional<List<Value>> items = findings.orFault(
                urls.get(), urls.get().asItems().filter(all -> !all.isEmpty()), "a list of at least one URL");
        return items.flatMap(this::endpoints);
    }

    private Optional<List<Endpoint>> endpoints(List<Value> items) {
        List<Endpoint> endpoints = new ArrayList<>();
        Set<Endpoint> seen = new HashSet<>();
        for (Value item : items) {
            Optional<Endpoint> endpoint = findings.text(item).flatMap(url -> endpoint(item, url));
            endpoint.filter(there -> !seen.add(there))
                    .ifPresent(twice -> findings.warn(
                            item.place(), item.shown() + " stands more than once in this list: it is asked again"));
            endpoint.ifPresent(endpoints::add);
        }
        return endpoints.size() == items.size() ? Optional.of(endpoints) : Optional.empty();
    }

    private Optional<Endpoint> endpoint(Value at, String url) {
        try {
            return Optional.of(trust.apply(Endpoint.parse(url)));
        } catch (IllegalArgumentException e) {
            findings.faultText(at.place(), Value.shown(url) + " (" + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    private Optional<Type> type(Mapping list, int size) {
        Optional<Value> type = list.get("type");
        if (type.isEmpty()) {
            return Optional.of(Type.LOAD_BALANCE);
        }
        String word = type.get().asText().orElse("");
        if (word.equals("failover")) {
            return Optional.of(Type.FAILOVER);
        }
        if (LOAD_BALANCE.contains(word) || PLAIN.contains(word)) {
            return Optional.of(size > 1 ? Type.LOAD_BALANCE : Type.FAILOVER);
        }
        Optional<String> meant = Words.nearest(
                word, List.of("failover", "load_balance", "loadbalance", "http", "service", "address", "default"));
        findings.fault(type.get(), "failover or load_balance" + Words.hint(meant));
        return Optional.empty();
    }
}
