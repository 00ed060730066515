package dev.understudy.listener;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * Makes the listener of {@code server.port}, or none on a control plane. The context of the admin listener makes a factory of the
 * same class by the constructor without arguments, and that one always makes what it is asked for.
 */
class TrafficListenerFactory extends NettyReactiveWebServerFactory {

    private boolean off;

    /** One that makes no listener. */
    static TrafficListenerFactory off() {
        TrafficListenerFactory factory = new TrafficListenerFactory();
        factory.off = true;
        return factory;
    }

    @Override
    public WebServer getWebServer(HttpHandler handler) {
        return off ? new Off() : super.getWebServer(handler);
    }

    private static final class Off implements WebServer {

        @Override
        public void start() {
            // There is nothing to open.
        }

        @Override
        public void stop() {
            // There is nothing to close.
        }

        @Override
        public int getPort() {
            return -1;
        }
    }
}
