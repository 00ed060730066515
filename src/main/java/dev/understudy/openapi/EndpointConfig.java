package dev.understudy.openapi;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup.Type;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Configured.Security;
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
import java.util.function.Function;

/**
 * Reads {@code endpointConfig} of {@code api.yaml}: the first endpoint, then its failovers in their order, the limits of the
 * first and the sign-in to all.
 */
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
            "SEQUENCE_BACKEND", "an endpoint is not chosen by a mediation",
            "INLINE", "the gateway does not answer in place of an endpoint",
            "MOCKED_OAS", "the gateway does not answer in place of an endpoint");

    /** What Publisher writes as URL where a mediation is to choose the endpoint. */
    private static final String CHOSEN = "default";

    private static final List<String> SIGN_IN = List.of("type", "username");
    private static final String SECURITY = "endpoint_security";

    private final Mapping config;
    private final EndpointReader endpoints;
    private final PolicyReader policies;
    private final Defaults defaults;
    private final Findings findings;

    EndpointConfig(Mapping config, EndpointReader endpoints, Defaults defaults, Findings findings) {
        this.config = config;
        this.endpoints = endpoints;
        this.policies = new PolicyReader(defaults, findings);
        this.defaults = defaults;
        this.findings = findings;
        config.members().forEach((name, value) -> refuseSlip(name, value));
        refuseWhatIsNoEndpoint();
    }

    /** @param kind {@code production} or {@code sandbox} */
    Configured configured(String kind) {
        String name = kind + "_endpoints";
        Optional<Value> first = ApiYaml.present(config, name);
        Optional<Value> others = ApiYaml.present(config, kind + "_failovers");
        List<Mapping> primary = first.map(this::entries).orElse(List.of());
        List<Mapping> failovers = others.map(this::entries).orElse(List.of());
        if (primary.isEmpty() && !failovers.isEmpty()) {
            findings.faultText(
                    others.orElse(config).place(),
                    kind + "_failovers without " + name + " (expected: both, or neither)");
        }
        boolean nothing = failovers.isEmpty()
                && first.filter(value -> !isEmptyList(value)).isEmpty();
        Said otherwise = nothing ? new Said.Nothing() : new Said.Nonsense();
        PolicyDraft limits = primary.stream().findFirst().map(this::limits).orElseGet(PolicyDraft::new);
        return configured(
                kind,
                limits,
                credentials -> primary.isEmpty()
                        ? otherwise
                        : group(first.orElse(config), kind, primary, failovers, limits, credentials));
    }

    private Configured configured(String kind, PolicyDraft limits, Function<Optional<Credentials>, Said> groupWith) {
        return new Configured(
                groupWith.apply(Optional.empty()), own -> groupWith.apply(own.credentials()), limits, security(kind));
    }

    private Said group(
            Value at,
            String kind,
            List<Mapping> primary,
            List<Mapping> failovers,
            PolicyDraft limits,
            Optional<Credentials> credentials) {
        List<Mapping> all = new ArrayList<>(primary);
        all.addAll(failovers);
        List<Value> urls = all.stream().flatMap(entry -> url(entry).stream()).toList();
        if (urls.size() < all.size()) {
            return new Said.Nonsense();
        }
        Type type = failovers.isEmpty() && primary.size() > 1 ? Type.LOAD_BALANCE : Type.FAILOVER;
        FailoverPolicy policy = limits.over(defaults.policy());
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
        Optional<Value> url = entry.get("url");
        if (url.isEmpty()) {
            findings.faultText(entry.place(), "no url (expected: the URL of an endpoint)");
        }
        Optional<Value> chosen = url.filter(value ->
                value.asText().filter(text -> text.strip().equals(CHOSEN)).isPresent());
        chosen.ifPresent(
                value -> findings.fault(value, "the URL of an endpoint; an endpoint is not chosen by a mediation"));
        return chosen.isPresent() ? Optional.empty() : url;
    }

    private PolicyDraft limits(Mapping first) {
        return policies.ofPublisher(ApiYaml.present(first, "config")
                .flatMap(Value::asMapping)
                .orElseGet(() -> Mapping.empty(first.place())));
    }

    private Security security(String kind) {
        String place = SECURITY + "." + kind + " of api.yaml";
        Optional<Mapping> own = ApiYaml.present(config, SECURITY)
                .flatMap(findings::mapping)
                .flatMap(both -> ApiYaml.present(both, kind))
                .flatMap(findings::mapping)
                .filter(security -> security.has("enabled"));
        return own.map(security -> isEnabled(security)
                        ? new Security(
                                true, () -> signIn(security, findings), () -> signIn(security, new Findings()), place)
                        : Security.of(new SignIn.Off(), place))
                .orElseGet(() -> Security.of(new SignIn.Unsaid(), place));
    }

    private SignIn signIn(Mapping security, Findings told) {
        if (!isBasic(security, told)) {
            return new SignIn.Unsaid();
        }
        SignInReader signIns = new SignInReader(defaults.secrets(), told);
        SignIn signIn = signIns.read(members(security));
        if (signIn instanceof SignIn.Incomplete incomplete) {
            signIns.refuseWithoutPassword(incomplete);
            return new SignIn.Nonsense();
        }
        return signIn;
    }

    // Publisher's form asks for a password: an empty one is what is left where an export left it out.
    private static Mapping members(Mapping security) {
        Map<String, Value> members = new LinkedHashMap<>();
        SIGN_IN.forEach(name -> security.get(name).ifPresent(value -> members.put(name, value)));
        security.get("password")
                .filter(password ->
                        !(password instanceof Scalar scalar) || !scalar.text().isEmpty())
                .ifPresent(password -> members.put("password", password));
        return new Mapping(security.place(), members);
    }

    private static boolean isEnabled(Mapping security) {
        return security.get("enabled")
                .filter(value -> value.asBoolean().orElse(false)
                        || value.asText().filter("true"::equalsIgnoreCase).isPresent())
                .isPresent();
    }

    // As in Choreo Connect: it is served, and the endpoint decides about what comes without sign-in.
    private static boolean isBasic(Mapping security, Findings told) {
        Optional<Value> type = ApiYaml.present(security, "type");
        String word = type.flatMap(Value::asText).orElse("").toUpperCase(Locale.ROOT);
        if (!word.equals("BASIC") && !word.equals("NONE")) {
            told.warn(
                    security.place(),
                    "endpoints are sent no sign-in: the only type that is done is BASIC"
                            + type.map(found -> ", not " + found.shown()).orElse(""));
        }
        return word.equals("BASIC");
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
