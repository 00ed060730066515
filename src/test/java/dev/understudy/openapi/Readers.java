package dev.understudy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads documents for tests, and finds what is in them. */
final class Readers {

    static final FailoverPolicy POLICY = Policies.policy()
            .connect(Duration.ofSeconds(1))
            .response(Duration.ofSeconds(30))
            .idle(Duration.ofSeconds(60))
            .statuses(502, 503, 504)
            .build();
    static final Cors CORS = new Cors(List.of("*"), List.of("GET"), List.of("authorization"), List.of(), false);
    static final Defaults DEFAULTS = new Defaults(POLICY, 64 << 20, CORS, false);

    private Readers() {}

    static Reading read(String document) {
        return new OpenApiReader(DEFAULTS).read("test.yaml", document.getBytes(StandardCharsets.UTF_8));
    }

    static Api accepted(String document) {
        return accepted(read(document));
    }

    static Api accepted(Reading reading) {
        assertThat(reading).isInstanceOf(Reading.Accepted.class);
        return ((Reading.Accepted) reading).api();
    }

    static List<String> faults(String document) {
        Reading reading = read(document);
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return ((Reading.Refused) reading)
                .faults().stream().map(Finding::toString).toList();
    }

    static List<String> warnings(String document) {
        return read(document).warnings().stream().map(Finding::toString).toList();
    }

    static Operation operation(Api api, String method, String path) {
        return api.operations().stream()
                .filter(operation -> operation.method().equals(method)
                        && operation.path().text().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + method + " " + path + " in " + api.operations()));
    }

    static List<String> urls(Optional<EndpointGroup> group) {
        return group.map(EndpointGroup::endpoints).orElse(List.of()).stream()
                .map(Object::toString)
                .toList();
    }
}
