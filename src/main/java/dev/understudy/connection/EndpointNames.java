package dev.understudy.connection;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.NoopDnsCache;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.transport.NameResolverProvider;

/** Finds the addresses of names by DNS, as requests to endpoints do. */
public final class EndpointNames {

    /** For how long an address is used without a look whether it is still right, whatever its TTL. */
    private static final Duration LONGEST_TTL = Duration.ofSeconds(30);

    /** After which a server of DNS that is silent is given up, for the next one. */
    private static final Duration QUERY = Duration.ofSeconds(1);

    private EndpointNames() {}

    /** What requests use. */
    public static Consumer<NameResolverProvider.NameResolverSpec> ofRequests() {
        return names -> names.queryTimeout(QUERY).cacheMaxTimeToLive(LONGEST_TTL);
    }

    /** The same, but nothing is remembered: each time, DNS is asked. To be closed by who has it made. */
    public static AddressResolverGroup<?> asked(LoopResources loops) {
        TcpClient client = TcpClient.newConnection()
                .runOn(loops)
                .resolver(names -> names.queryTimeout(QUERY).resolveCache(NoopDnsCache.INSTANCE));
        return Objects.requireNonNull(client.configuration().resolver());
    }
}
