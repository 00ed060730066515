package dev.understudy.demo;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** An endpoint in this process that can be taken down and up again. Both wait, so never on an event loop. */
final class DemoEndpoint {

    /** What it answers. */
    interface Script {
        Publisher<Void> serve(DemoEndpoint endpoint, HttpServerRequest request, HttpServerResponse response);
    }

    private record Listening(DisposableServer server, ChannelGroup connections) {}

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final String name;
    private final LoopResources loops;
    private final Script script;
    private volatile int port;
    private @Nullable Listening listening;

    DemoEndpoint(String name, int port, LoopResources loops, Script script) {
        this.name = name;
        this.port = port;
        this.loops = loops;
        this.script = script;
    }

    String name() {
        return name;
    }

    /** Where it listens when it is up. */
    int port() {
        return port;
    }

    /** @throws PortTaken if something else listens there */
    synchronized void up() {
        if (listening != null) {
            return;
        }
        // Once closed, it closes what comes in late.
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        try {
            DisposableServer server = server(connections).bindNow(PATIENCE);
            listening = new Listening(server, connections);
            port = server.port();
        } catch (ChannelBindException e) {
            throw new PortTaken(port, e);
        }
    }

    /** Closes the port, and whatever is connected to it. */
    synchronized void down() {
        Listening open = listening;
        if (open == null) {
            return;
        }
        open.server.disposeNow(PATIENCE);
        open.connections.close().awaitUninterruptibly(PATIENCE.toMillis());
        listening = null;
    }

    @Override
    public String toString() {
        return name + " (port " + port + ")";
    }

    private HttpServer server(ChannelGroup connections) {
        return HttpServer.create()
                .runOn(loops)
                .bindAddress(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .idleTimeout(IDLE)
                .doOnChannelInit((observer, channel, address) -> connections.add(channel))
                .handle((request, response) -> script.serve(this, request, response));
    }
}
