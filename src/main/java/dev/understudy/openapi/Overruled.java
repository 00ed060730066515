package dev.understudy.openapi;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Names what stands in {@code api.yaml} and has no effect, since the definition says it too: who edits it must learn which of
 * them counts. What has an effect is seen from the API that was read.
 */
final class Overruled {

    private final Api api;
    private final ApiYaml yaml;
    private final Findings findings;

    /** @param findings in {@code api.yaml} */
    Overruled(Api api, ApiYaml yaml, Findings findings) {
        this.api = api;
        this.yaml = yaml;
        this.findings = findings;
    }

    void report(Surroundings around) {
        around.basePath().filter(path -> !path.equals(api.basePath())).ifPresent(this::reportContext);
        if (around.defaultVersion() && api.defaultPath().isEmpty()) {
            yaml.defaultVersionPlace()
                    .ifPresent(at -> findings.warn(
                            at,
                            "'isDefaultVersion' has no effect: " + Value.shown(api.basePath())
                                    + " does not end with the version"));
        }
        report("production", around.production(), Operation::production);
        report("sandbox", around.sandbox(), Operation::sandbox);
    }

    private void reportContext(String overruled) {
        yaml.contextPlace()
                .ifPresent(at -> findings.warn(
                        at,
                        "'context' has no effect: the definition has a base path of its own, "
                                + Value.shown(api.basePath())));
    }

    private void report(String kind, Configured own, Function<Operation, Optional<EndpointGroup>> groupOf) {
        List<EndpointGroup> served = api.operations().stream()
                .flatMap(operation -> groupOf.apply(operation).stream())
                .distinct()
                .toList();
        PolicyDraft said = own.limits();
        boolean goesThere = holds(own.listed(), served, Overruled::goesTheSameWay);
        boolean lasts = holds(
                said.deadline,
                served,
                (group, time) -> group.policy().deadline().equals(time));
        boolean repeats = holds(
                said.repeats, served, (group, limit) -> group.policy().repeats().equals(limit));
        boolean limits = (said.deadline.isPresent() && lasts) || (said.repeats.isPresent() && repeats);
        if (!goesThere) {
            reportEndpoints(kind, limits);
        }
        if (goesThere || limits) {
            reportLimits(kind, lasts, repeats);
        }
        if (own.unreported() instanceof SignIn.Whole whole) {
            reportSignIn(kind, whole.credentials(), served);
        }
    }

    /** Whether what is said has an effect somewhere; true where nothing is said. */
    private static <T> boolean holds(
            Optional<T> said, List<EndpointGroup> served, BiPredicate<EndpointGroup, T> hasIt) {
        return said.filter(there -> served.stream().noneMatch(group -> hasIt.test(group, there)))
                .isEmpty();
    }

    private void reportEndpoints(String kind, boolean butForLimits) {
        warn(
                endpoints(kind),
                "'" + kind + "_endpoints' has no effect" + (butForLimits ? " but for its config" : "")
                        + ": the definition has " + kind + " endpoints of its own (x-wso2-" + kind
                        + "-endpoints or servers)");
    }

    private void reportLimits(String kind, boolean lasts, boolean repeats) {
        if (!lasts) {
            reportLimit(kind, "actionDuration", "timeoutInMillis");
        }
        if (!repeats) {
            reportLimit(kind, "retryTimeOut", "retryConfig");
        }
    }

    private void reportLimit(String kind, String name, String instead) {
        Optional<Value> limit = endpoints(kind)
                .flatMap(value -> value.asItems().map(items -> items.get(0)).or(() -> Optional.of(value)))
                .flatMap(Value::asMapping)
                .flatMap(first -> first.get("config"))
                .flatMap(Value::asMapping)
                .flatMap(config -> config.get(name));
        warn(limit, "'" + name + "' has no effect: the definition has " + instead + ", or lists at its paths alone");
    }

    private void reportSignIn(String kind, Credentials credentials, List<EndpointGroup> served) {
        boolean sent = served.stream()
                .anyMatch(
                        group -> group.credentials().filter(credentials::equals).isPresent());
        if (!sent) {
            warn(
                    yaml.endpointConfig()
                            .flatMap(config -> config.get("endpoint_security"))
                            .flatMap(Value::asMapping)
                            .flatMap(both -> both.get(kind)),
                    "'" + kind + "' of endpoint_security has no effect: "
                            + (served.isEmpty()
                                    ? "there are no " + kind + " endpoints"
                                    : "the definition has a securityConfig of its own, or lists at its paths alone"));
        }
    }

    private Optional<Value> endpoints(String kind) {
        return yaml.endpointConfig().flatMap(config -> config.get(kind + "_endpoints"));
    }

    private void warn(Optional<Value> at, String text) {
        at.ifPresent(value -> findings.warn(value.place(), text));
    }

    // A single endpoint is asked in either way.
    private static boolean goesTheSameWay(EndpointGroup one, EndpointGroup other) {
        return one.endpoints().equals(other.endpoints())
                && (one.type() == other.type() || one.endpoints().size() == 1);
    }
}
