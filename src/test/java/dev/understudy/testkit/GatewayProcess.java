package dev.understudy.testkit;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A {@link RunningGateway} whose APIs are handed to its catalog as values. */
public final class GatewayProcess implements AutoCloseable {

    public static final FailoverPolicy POLICY = Policies.policy()
            .connect(Duration.ofMillis(500))
            .response(Duration.ofMillis(800))
            .idle(Duration.ofMillis(1500))
            .statuses(502, 503, 504)
            .build();

    private static final AtomicInteger GROUPS = new AtomicInteger();

    private static final class Shared {
        static final GatewayProcess GATEWAY = new GatewayProcess(List.of());
    }

    private final AtomicInteger published = new AtomicInteger();
    private final RunningGateway gateway;

    /** @param properties written {@code key=value} */
    public GatewayProcess(List<Class<?>> beans, String... properties) {
        gateway = RunningGateway.withBeans(beans, Map.of(), properties);
    }

    /** One with the default settings, which all tests of this process share; it ends with the process. */
    public static GatewayProcess shared() {
        return Shared.GATEWAY;
    }

    /** Serves an API of open operations. @return its base path, which no other has */
    public String serve(List<Operation> operations) {
        return serve(Optional.empty(), operations);
    }

    public String serve(Optional<Cors> cors, List<Operation> operations) {
        String name = "api-" + published.incrementAndGet();
        Api api = new Api(name, "1", "/" + name, Set.of(), "Authorization", cors, operations, false);
        gateway.serve(api);
        return api.basePath();
    }

    /** Takes an API away again. @param basePath what {@link #serve} said */
    public void withdraw(String basePath) {
        gateway.withdraw(basePath.substring(1));
    }

    /** The same with every usual method at {@code /thing}, for the given endpoints in order. */
    public String things(FailoverPolicy policy, String... urls) {
        EndpointGroup group = failover(policy, urls);
        return serve(Stream.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
                .map(method -> operation(method + " /thing", group))
                .toList());
    }

    public String things(String... urls) {
        return things(POLICY, urls);
    }

    public static EndpointGroup failover(FailoverPolicy policy, String... urls) {
        return failover(policy, Optional.empty(), urls);
    }

    public static EndpointGroup failover(FailoverPolicy policy, Optional<Credentials> credentials, String... urls) {
        List<Endpoint> endpoints = Arrays.stream(urls).map(Endpoint::parse).toList();
        return new EndpointGroup(
                "group-" + GROUPS.incrementAndGet(), endpoints, EndpointGroup.Type.FAILOVER, policy, credentials);
    }

    /** @param methodAndPath such as {@code "GET /thing"} */
    public static Operation operation(String methodAndPath, EndpointGroup group) {
        return operation(methodAndPath, group, false, group.webSocket());
    }

    public static Operation operation(
            String methodAndPath, EndpointGroup group, boolean declaredIdempotent, boolean webSocket) {
        String[] parts = methodAndPath.split(" ", 2);
        return new Operation(
                parts[0],
                PathTemplate.parse(parts[1]),
                Optional.of(group),
                Optional.empty(),
                new Access.Open(),
                declaredIdempotent,
                webSocket);
    }

    /** The port that serves the APIs in plain text. */
    public int port() {
        return gateway.plainPort();
    }

    public String property(String name) {
        return gateway.property(name);
    }

    public <T> T bean(Class<T> type) {
        return gateway.bean(type);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
