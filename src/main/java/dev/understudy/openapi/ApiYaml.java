package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Scalar;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code api.yaml} of a project, all but its endpoints. It has what Publisher knows of an API, most of it for others:
 * only what asks something of a gateway is looked at.
 */
final class ApiYaml {

    private static final Set<String> TYPES = Set.of("HTTP", "SOAP");
    private static final Map<String, String> OTHER_TYPES = Map.of(
            "WS", "; a WebSocket is a GET of an OpenAPI document, with ws or wss URLs",
            "GRAPHQL", "; GraphQL is not done",
            "SSE", "; an event stream is a GET of an OpenAPI document",
            "WEBSUB", "; WebSub is not done",
            "SOAPTOREST", "; bodies are not changed");

    private static final Map<String, String> SCHEMES = Map.of(
            "api_key", "API keys",
            "basic_auth", "user names and passwords of callers",
            "mutualssl", "mutual TLS of callers",
            "mutualssl_mandatory", "mutual TLS of callers");

    private static final Set<String> SILENT_SCHEMES = Set.of("oauth2", "oauth_basic_auth_api_key_mandatory");

    private final Mapping data;
    private final boolean unreadable;
    private final Findings findings;

    private ApiYaml(Mapping data, boolean unreadable, Findings findings) {
        this.data = data;
        this.unreadable = unreadable;
        this.findings = findings;
    }

    /** @param root the whole file */
    static ApiYaml of(Mapping root, Findings findings) {
        Optional<Mapping> data = root.get("data").flatMap(findings::mapping);
        if (!root.has("data")) {
            findings.faultText(
                    root.place(), "no data (expected: data with name, version and context, as apictl 4.x has)");
        }
        return new ApiYaml(data.orElseGet(() -> Mapping.empty(root.place())), data.isEmpty(), findings);
    }

    /** For a project without one, or with one that cannot be read, which is a fault of its own. */
    static ApiYaml none(boolean unreadable, Findings findings) {
        return new ApiYaml(Mapping.empty(Place.DOCUMENT), unreadable, findings);
    }

    /** Whether nobody knows what it says. */
    boolean unreadable() {
        return unreadable;
    }

    Optional<String> id() {
        return line("id");
    }

    Optional<String> name() {
        return line("name");
    }

    Optional<String> version() {
        return line("version");
    }

    /** Context and version. @param version of the definition, where this one says none */
    Optional<String> basePath(Optional<String> version) {
        Optional<Value> context = present("context");
        Optional<String> text = context.flatMap(findings::text).map(String::strip);
        if (text.isEmpty() || version.isEmpty()) {
            return Optional.empty();
        }
        String path = withoutSlashAtEnd(text.get()) + "/" + version.get();
        return ApiReader.checkedBasePath(context.get(), path.startsWith("/") ? path : "/" + path, findings);
    }

    private static String withoutSlashAtEnd(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    Optional<Place> contextPlace() {
        return present("context").map(Value::place);
    }

    Optional<String> tokenHeader() {
        return present("authorizationHeader")
                .filter(value -> value.asText().filter(String::isBlank).isEmpty())
                .flatMap(value -> ApiReader.tokenHeader(value, findings));
    }

    boolean defaultVersion() {
        return present("isDefaultVersion").flatMap(findings::bool).orElse(false);
    }

    Optional<Place> defaultVersionPlace() {
        return present("isDefaultVersion").map(Value::place);
    }

    boolean blocked() {
        return word("lifeCycleStatus").filter("BLOCKED"::equals).isPresent();
    }

    /** What kind of API it is; another one than can be served is a fault. */
    String type() {
        Optional<String> type = word("type");
        type.filter(there -> !TYPES.contains(there)).ifPresent(other -> {
            String hint = OTHER_TYPES.getOrDefault(other, Words.hint(Words.nearest(other, TYPES)));
            findings.fault(data.get("type").orElse(data), "HTTP" + hint);
        });
        return type.orElse("HTTP");
    }

    Optional<Mapping> endpointConfig() {
        return present("endpointConfig").flatMap(findings::mapping);
    }

    /** Names what it asks of a gateway and this one does not do. @param corsElsewhere whether the definition says it */
    void report(boolean corsElsewhere) {
        reportImplementation();
        reportSchemes();
        word("type").filter("SOAP"::equals).ifPresent(soap -> warn("type", "the gateway's own answers are no SOAP"));
        word("lifeCycleStatus")
                .filter("PROTOTYPED"::equals)
                .ifPresent(status -> warn(
                        "lifeCycleStatus", "a token is asked for all the same: only x-wso2-disable-security opens"));
        reportTier(data, "apiThrottlingPolicy");
        boolean cors = present("corsConfiguration")
                .flatMap(Value::asMapping)
                .flatMap(map -> map.get("corsConfigurationEnabled"))
                .flatMap(Value::asBoolean)
                .orElse(false);
        if (cors && !corsElsewhere) {
            warn("corsConfiguration", "x-wso2-cors in the definition counts");
        }
        reportPolicies();
    }

    // What would be answered by the gateway itself must not end at an endpoint.
    private void reportImplementation() {
        word("endpointImplementationType")
                .filter(type -> !Set.of("ENDPOINT", "TEMPLATE").contains(type))
                .ifPresent(type -> findings.fault(
                        data.get("endpointImplementationType").orElse(data),
                        "ENDPOINT; the gateway does not answer in place of an endpoint"));
    }

    private void reportSchemes() {
        List<Value> schemes = present("securityScheme").flatMap(findings::items).orElse(List.of());
        for (Value scheme : schemes) {
            String name = scheme.asText().orElse("");
            if (!SILENT_SCHEMES.contains(name)) {
                String what = SCHEMES.getOrDefault(name, "this");
                findings.warn(
                        scheme.place(),
                        scheme.shown() + " has no effect: the gateway does not do " + what
                                + "; a valid token is asked for");
            }
        }
    }

    private void reportPolicies() {
        present("apiPolicies").filter(ApiYaml::holdsItems).ifPresent(this::warnOfPolicies);
        List<Value> operations = present("operations").flatMap(Value::asItems).orElse(List.of());
        operations.stream()
                .flatMap(operation -> operation.asMapping().stream())
                .peek(operation -> reportTier(operation, "throttlingPolicy"))
                .flatMap(operation -> operation.get("operationPolicies").stream())
                .filter(ApiYaml::holdsItems)
                .forEach(this::warnOfPolicies);
    }

    private void warnOfPolicies(Value policies) {
        findings.warn(policies.place(), "policies have no effect: the gateway does not do them");
    }

    private void reportTier(Mapping holder, String name) {
        holder.get(name)
                .filter(tier -> tier.asText()
                        .filter(text -> !text.isBlank() && !text.equals("Unlimited"))
                        .isPresent())
                .ifPresent(tier -> findings.warn(
                        tier.place(), tier.shown() + " has no effect: the gateway does not do rate limits"));
    }

    // {request: [], response: [], fault: []} is written everywhere.
    private static boolean holdsItems(Value policies) {
        return policies.asMapping().map(Mapping::members).map(Map::values).stream()
                .flatMap(Collection::stream)
                .anyMatch(
                        flow -> flow.asItems().filter(items -> !items.isEmpty()).isPresent());
    }

    private void warn(String name, String why) {
        data.get(name).ifPresent(value -> findings.warn(value.place(), "'" + name + "' has no effect: " + why));
    }

    private Optional<String> word(String name) {
        return present(name).flatMap(findings::text).map(text -> text.strip().toUpperCase(Locale.ROOT));
    }

    private Optional<String> line(String name) {
        return present(name)
                .flatMap(value -> findings.orFault(
                        value, value.asTextOrNumber().filter(text -> !text.isBlank()), "text that is not empty"))
                .map(String::strip);
    }

    /** What is there and not null, which is how a form says nothing. */
    private Optional<Value> present(String name) {
        return present(data, name);
    }

    static Optional<Value> present(Mapping holder, String name) {
        return holder.get(name).filter(value -> !(value instanceof Scalar scalar && scalar.kind() == Scalar.Kind.NULL));
    }
}
