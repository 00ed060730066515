package dev.understudy.openapi;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup.Type;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.EndpointReader.Said;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code endpointConfig} of {@code api.yaml}: the first endpoint, then its failovers in their order. */
final class EndpointConfig {

    private static final Set<String> MEMBERS = Set.of(
            "endpoint_type",
            "production_endpoints",
            "production_failovers",
            "sandbox_endpoints",
            "sandbox_failovers",
            "endpoint_security",
            "implementation_status");

    /** Those that name no endpoint. The others do not count: there is failover where there are failovers. */
    private static final Map<String, String> NOT_SERVED = Map.of(
            "AWSLAMBDA", "AWS Lambda is not done",
            "DEFAULT", "an endpoint is not chosen by a mediation",
            "SEQUENCE_BACKEND", "an endpoint is not chosen by a mediation",
            "INLINE", "the gateway does not answer in place of an endpoint",
            "MOCKED_OAS", "the gateway does not answer in place of an endpoint");

    private static final List<String> SIGN_IN = List.of("type", "username", "password");

    private final Mapping config;
    private final EndpointReader endpoints;
    private final PolicyReader policies;
    private final Findings findings;

    EndpointConfig(Mapping config, EndpointReader endpoints, Defaults defaults, Findings findings) {
        this.config = config;
        this.endpoints = endpoints;
        this.policies = new PolicyReader(defaults, findings);
        this.findings = findings;
        config.members().forEach((name, value) -> refuseSlip(name, value));
        refuseWhatIsNoEndpoint();
    }

    /** @param kind {@code production} or {@code sandbox} */
    Said said(String kind) {
        String name = kind + "_endpoints";
        Optional<Value> first = ApiYaml.present(config, name);
        Optional<Value> others = ApiYaml.present(config, kind + "_failovers");
        List<Mapping> primary = first.map(this::entries).orElse(List.of());
        List<Mapping> failovers = others.map(this::entries).orElse(List.of());
        if (primary.isEmpty()) {
            if (!failovers.isEmpty()) {
                findings.faultText(
                        others.orElse(config).place(),
                        kind + "_failovers without " + name + " (expected: both, or neither)");
            }
            return first.filter(value -> !isEmptyList(value)).isPresent() || !failovers.isEmpty()
                    ? new Said.Nonsense()
                    : new Said.Nothing();
        }
        return group(first.orElse(config), kind, primary, failovers);
    }

    private Said group(Value at, String kind, List<Mapping> primary, List<Mapping> failovers) {
        List<Mapping> all = new ArrayList<>(primary);
        all.addAll(failovers);
        List<Value> urls = all.stream().flatMap(entry -> url(entry).stream()).toList();
        FailoverPolicy policy = policy(primary.get(0));
        Optional<Credentials> credentials = credentials(kind);
        if (urls.size() < all.size()) {
            return new Said.Nonsense();
        }
        Type type = failovers.isEmpty() && primary.size() > 1 ? Type.LOAD_BALANCE : Type.FAILOVER;
        return endpoints.listed(at, urls, type, policy, credentials, "/endpointConfig/" + kind);
    }

    /** One map, or a list of them. */
    private List<Mapping> entries(Value value) {
        List<Value> items = value.asItems().orElse(List.of(value));
        return items.stream()
                .flatMap(item ->
                        findings.orFault(item, item.asMapping(), "a map with url, or a list of such maps").stream())
                .toList();
    }

    private Optional<Value> url(Mapping entry) {
        if (!entry.has("url")) {
            findings.faultText(entry.place(), "no url (expected: the URL of an endpoint)");
        }
        return entry.get("url");
    }

    private FailoverPolicy policy(Mapping first) {
        Mapping limits = ApiYaml.present(first, "config")
                .flatMap(Value::asMapping)
                .orElseGet(() -> Mapping.empty(first.place()));
        return policies.ofPublisher(limits);
    }

    private Optional<Credentials> credentials(String kind) {
        return ApiYaml.present(config, "endpoint_security")
                .flatMap(findings::mapping)
                .flatMap(both -> ApiYaml.present(both, kind))
                .flatMap(findings::mapping)
                .filter(EndpointConfig::isEnabled)
                .filter(this::isBasic)
                .flatMap(this::basic);
    }

    private static boolean isEnabled(Mapping security) {
        return security.get("enabled")
                .filter(value -> value.asBoolean().orElse(false)
                        || value.asText().filter("true"::equalsIgnoreCase).isPresent())
                .isPresent();
    }

    // As in Choreo Connect: it is served, and the endpoint decides about what comes without sign-in.
    private boolean isBasic(Mapping security) {
        Optional<Value> type = ApiYaml.present(security, "type");
        String word = type.flatMap(Value::asText).orElse("").toUpperCase(Locale.ROOT);
        if (!word.equals("BASIC") && !word.equals("NONE")) {
            findings.warn(
                    security.place(),
                    "endpoints are sent no sign-in: the only type that is done is BASIC"
                            + type.map(found -> ", not " + found.shown()).orElse(""));
        }
        return word.equals("BASIC");
    }

    private Optional<Credentials> basic(Mapping security) {
        Map<String, Value> members = new LinkedHashMap<>();
        SIGN_IN.forEach(name -> security.get(name).ifPresent(value -> members.put(name, value)));
        Mapping list = Mapping.empty(security.place()).with("securityConfig", new Mapping(security.place(), members));
        return endpoints.credentials(list);
    }

    private void refuseSlip(String name, Value value) {
        Optional<String> meant = MEMBERS.contains(name) ? Optional.empty() : Words.meant(name, MEMBERS);
        meant.ifPresent(word -> findings.faultText(
                value.place(), Value.shown(name) + " (expected: a member of endpointConfig" + Words.hint(meant) + ")"));
    }

    private void refuseWhatIsNoEndpoint() {
        ApiYaml.present(config, "endpoint_type").ifPresent(type -> {
            String why = NOT_SERVED.get(type.asText().orElse("").toUpperCase(Locale.ROOT));
            if (why != null) {
                findings.fault(type, "http, failover or load_balance; " + why);
            }
        });
        ApiYaml.present(config, "implementation_status")
                .filter(status ->
                        status.asText().filter("prototyped"::equalsIgnoreCase).isPresent())
                .ifPresent(status -> findings.warn(
                        status.place(), "'implementation_status' has no effect: a token is asked for all the same"));
    }

    private static boolean isEmptyList(Value value) {
        return value.asItems().filter(List::isEmpty).isPresent()
                || (value instanceof Scalar scalar && scalar.text().isEmpty());
    }
}
