package dev.understudy.testkit;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Names that stand for ports of this machine, in place of DNS. */
public final class Names extends AddressResolverGroup<InetSocketAddress> {

    private final Map<String, List<InetSocketAddress>> known = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    /** From now on the name has these addresses, in this order; without any, the answer never comes. */
    public void put(String name, Integer... ports) {
        known.put(
                name,
                Arrays.stream(ports)
                        .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .toList());
    }

    /** How often a name was looked up. */
    public int asked() {
        return asked.get();
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new AbstractAddressResolver<>(executor, InetSocketAddress.class) {
            @Override
            protected boolean doIsResolved(InetSocketAddress address) {
                return !address.isUnresolved();
            }

            @Override
            protected void doResolve(InetSocketAddress address, Promise<InetSocketAddress> promise) {
                throw new UnsupportedOperationException("one address alone");
            }

            @Override
            protected void doResolveAll(InetSocketAddress address, Promise<List<InetSocketAddress>> promise) {
                asked.incrementAndGet();
                List<InetSocketAddress> found = known.get(address.getHostString());
                if (found == null) {
                    promise.setFailure(new UnknownHostException(address.getHostString()));
                } else if (!found.isEmpty()) {
                    promise.setSuccess(found);
                }
            }
        };
    }
}
