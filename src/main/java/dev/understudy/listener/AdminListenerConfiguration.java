package dev.understudy.listener;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.reactive.ConfigurableReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import reactor.netty.resources.LoopResources;

/**
 * Gives the admin listener the certificate of 9095 where it has none of its own, the limits of callers, and event loops on which
 * no request waits. Named in the imports of the management context, so it is no part of the traffic listeners.
 */
class AdminListenerConfiguration {

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> loopsOfAdminCallers(LoopResources backgroundLoops) {
        return factory -> factory.addServerCustomizers(server -> server.runOn(backgroundLoops));
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> limitsOfAdminCallers(CallerLimits limits) {
        return factory -> {
            // For gateways that follow: one connection for all that they ask.
            Http2 http2 = new Http2();
            http2.setEnabled(true);
            factory.setHttp2(http2);
            factory.addServerCustomizers(limits::applyWithHttp2);
        };
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableReactiveWebServerFactory> certificateOfTheTrafficListener(
            ManagementServerProperties management, ServerProperties server, SslBundles bundles) {
        return factory -> {
            if (management.getSsl() != null) {
                return;
            }
            factory.setSsl(
                    server.getSsl() != null ? server.getSsl() : Ssl.forBundle(ListenerConfiguration.SELF_SIGNED));
            factory.setSslBundles(bundles);
        };
    }
}
