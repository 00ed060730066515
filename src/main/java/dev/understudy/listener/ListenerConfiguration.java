package dev.understudy.listener;

import dev.understudy.settings.Traffic;
import dev.understudy.settings.UnderstudyProperties;
import io.netty.util.concurrent.EventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerFactoryCustomizer;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.reactive.ConfigurableReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.server.reactive.HttpHandler;
import reactor.netty.resources.LoopResources;

@Configuration(proxyBeanMethods = false)
class ListenerConfiguration {

    static final String SELF_SIGNED = "understudy-self-signed";

    private static final Logger log = LoggerFactory.getLogger(ListenerConfiguration.class);

    private static final String ADMIN_PORT = "management.server.port";

    /**
     * @throws InvalidConfigurationPropertyValueException if the admin listener would be one of those for traffic, or there would
     *     be none at all
     */
    ListenerConfiguration(Environment environment) {
        switch (ManagementPortType.get(environment)) {
            case SAME ->
                throw new InvalidConfigurationPropertyValueException(
                        ADMIN_PORT,
                        environment.getProperty(ADMIN_PORT),
                        "the port of the traffic listener (expected: a port of its own, or -1 for no admin listener)");
            case DISABLED -> {
                if (!Traffic.isServed(environment)) {
                    throw new InvalidConfigurationPropertyValueException(
                            ADMIN_PORT,
                            environment.getProperty(ADMIN_PORT),
                            "no port, on a control plane, which has no other listener (expected: a port)");
                }
            }
            case DIFFERENT -> {
                // As it should be.
            }
        }
    }

    @Bean
    @Conditional(Traffic.Off.class)
    TrafficListenerFactory noTrafficListener() {
        return TrafficListenerFactory.off();
    }

    @Bean
    SslBundleRegistrar selfSignedBundle() {
        return bundles -> bundles.registerBundle(
                SELF_SIGNED,
                SslBundle.of(
                        SslStoreBundle.of(SelfSignedCertificate.keyStore(), "", SelfSignedCertificate.trustStore()),
                        SslBundleKey.of("", SelfSignedCertificate.ALIAS)));
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableReactiveWebServerFactory> tlsByDefault(
            ServerProperties server, ObjectProvider<SslBundles> bundles) {
        return factory -> {
            if (server.getSsl() != null) {
                return;
            }
            log.warn(
                    "No server.ssl is set: the TLS listeners use a certificate made at this start, which no caller"
                            + " can verify. Set server.ssl.bundle or server.ssl.certificate and server.ssl.certificate-private-key.");
            factory.setSsl(Ssl.forBundle(SELF_SIGNED));
            factory.setSslBundles(bundles.getObject());
        };
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> limitsOfCallers(CallerLimits limits) {
        return factory -> factory.addServerCustomizers(limits::apply);
    }

    @Bean
    CallerLimits callerLimits(UnderstudyProperties properties, NettyServerProperties server) {
        return new CallerLimits(properties.limits(), server);
    }

    @Bean
    PlainListener plainListener(
            UnderstudyProperties properties,
            ServerProperties server,
            ReactorResourceFactory resources,
            NettyReactiveWebServerFactoryCustomizer settings,
            ObjectProvider<NettyServerCustomizer> customizers,
            CallerLimits limits,
            HttpHandler httpHandler) {
        return new PlainListener(
                properties.role().servesTraffic() ? properties.http().port() : -1,
                server,
                resources,
                settings,
                customizers,
                limits,
                httpHandler);
    }

    /**
     * Event loops for what no caller waits for: the admin listener, and following a control plane. On those of the traffic listeners
     * each handshake, and each document that is deployed, would stand in the way of requests where cores are few.
     */
    @Bean(destroyMethod = "dispose")
    LoopResources backgroundLoops() {
        LoopResources loops = LoopResources.create("background");
        for (EventExecutor each : loops.onServer(LoopResources.DEFAULT_NATIVE)) {
            // Requests go first, where the JVM has -XX:ThreadPriorityPolicy=1.
            each.execute(() -> Thread.currentThread().setPriority(Thread.MIN_PRIORITY));
        }
        return loops;
    }

    @Bean
    OwnListener ownListener(
            ServerProperties server, PlainListener plain, Environment environment, ObjectProvider<SslBundles> bundles) {
        return new OwnListener(server, plain, environment, bundles.getObject());
    }

    @Bean
    PlainListener.Ending plainListenerEnding(PlainListener listener) {
        return listener.new Ending();
    }

    @Bean
    Drain drain(UnderstudyProperties properties, DefaultLifecycleProcessor lifecycle) {
        return new Drain(properties.shutdown().delay(), lifecycle);
    }

    @Bean
    DrainWebFilter drainWebFilter(Drain drain) {
        return new DrainWebFilter(drain);
    }
}
