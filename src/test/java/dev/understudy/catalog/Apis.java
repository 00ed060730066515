package dev.understudy.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** APIs for tests, each operation written as {@code "GET /menu"}. */
final class Apis {

    static final String HOST = "gateway.example";

    private Apis() {}

    static Api api(String name, String basePath, String... operations) {
        return onHosts(Set.of(), name, basePath, operations);
    }

    static Api onHosts(Set<String> hosts, String name, String basePath, String... operations) {
        List<Operation> all = Arrays.stream(operations).map(Apis::operation).toList();
        return new Api(name, "1.0.0", basePath, hosts, "Authorization", Optional.empty(), all, false);
    }

    /** The same, served under a second prefix, too. */
    static Api asDefault(Api api, String path) {
        return new Api(
                api.name(),
                api.version(),
                api.basePath(),
                api.virtualHosts(),
                api.tokenHeader(),
                api.cors(),
                api.operations(),
                Optional.of(path),
                false,
                "");
    }

    private static Operation operation(String methodAndPath) {
        String[] parts = methodAndPath.split(" ", 2);
        return new Operation(
                parts[0],
                PathTemplate.parse(parts[1]),
                Optional.empty(),
                Optional.empty(),
                new Access.Open(),
                false,
                false);
    }

    /** The template of the operation that is found, or {@code ""}. */
    static String found(Catalog catalog, String method, String path) {
        Match match = catalog.find(HOST, method, RequestPath.parse(path));
        return match instanceof Match.Found found ? found.operation().path().text() : "";
    }
}
