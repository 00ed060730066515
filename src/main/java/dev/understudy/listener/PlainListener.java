package dev.understudy.listener;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerFactoryCustomizer;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.HttpHandler;

/** The listener that serves the same APIs as the TLS one in plain text. Starts and ends with it. */
public final class PlainListener implements SmartLifecycle {

    // Those of Spring Boot's own server, so that both open and close together.
    private static final int SERVER_PHASE = DEFAULT_PHASE - 2048;
    private static final int GRACEFUL_PHASE = DEFAULT_PHASE - 1024;

    private final int configuredPort;
    private final ServerProperties server;
    private final ReactorResourceFactory resources;
    private final NettyReactiveWebServerFactoryCustomizer settings;
    private final ObjectProvider<NettyServerCustomizer> customizers;
    private final CallerLimits limits;
    private final HttpHandler handler;
    private volatile @Nullable WebServer running;

    /** @param settings those under server.netty and the like, for this listener too */
    PlainListener(
            int configuredPort,
            ServerProperties server,
            ReactorResourceFactory resources,
            NettyReactiveWebServerFactoryCustomizer settings,
            ObjectProvider<NettyServerCustomizer> customizers,
            CallerLimits limits,
            HttpHandler handler) {
        this.configuredPort = configuredPort;
        this.server = server;
        this.resources = resources;
        this.settings = settings;
        this.customizers = customizers;
        this.limits = limits;
        this.handler = handler;
    }

    /** The port it listens on; -1 while it does not. */
    public int port() {
        WebServer webServer = running;
        return webServer == null ? -1 : webServer.getPort();
    }

    @Override
    public void start() {
        if (configuredPort < 0) {
            return;
        }
        NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory(configuredPort);
        factory.setResourceFactory(resources);
        factory.setAddress(server.getAddress());
        factory.setShutdown(Shutdown.GRACEFUL);
        settings.customize(factory);
        factory.getServerCustomizers().addAll(customizers.orderedStream().toList());
        factory.addServerCustomizers(limits::apply);
        WebServer webServer = factory.getWebServer(handler);
        webServer.start();
        running = webServer;
    }

    @Override
    public void stop() {
        WebServer webServer = running;
        if (webServer != null) {
            webServer.stop();
            running = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return SERVER_PHASE;
    }

    /** Lets the requests in flight end before the listener closes. */
    final class Ending implements SmartLifecycle {

        private volatile boolean started;

        @Override
        public void start() {
            started = true;
        }

        @Override
        public void stop() {
            throw new UnsupportedOperationException("only stop(Runnable) is called");
        }

        @Override
        public void stop(Runnable callback) {
            started = false;
            WebServer webServer = running;
            if (webServer == null) {
                callback.run();
                return;
            }
            webServer.shutDownGracefully((GracefulShutdownResult result) -> callback.run());
        }

        @Override
        public boolean isRunning() {
            return started;
        }

        @Override
        public int getPhase() {
            return GRACEFUL_PHASE;
        }
    }
}
