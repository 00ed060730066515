package dev.understudy.routing;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.CatalogChanged;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.journal.Performances;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.Tracing;
import dev.understudy.journal.Witness;
import dev.understudy.settings.UnderstudyProperties;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteDefinitionRouteLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.i18n.LocaleContextResolver;
import org.springframework.web.server.session.WebSessionManager;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

    /** Requests that can be explained. */
    private static final int REMEMBERED = 1_000;

    @Bean
    Listeners listeners(ApplicationContext traffic) {
        return new Listeners(traffic);
    }

    @Bean
    LiveRoutes liveRoutes(
            FailoverGatewayFilterFactory failover, GatewayProperties properties, ConfigurationService configuration) {
        List<GatewayFilterFactory> filters = List.of(failover);
        return new LiveRoutes(definitions -> new RouteDefinitionRouteLocator(
                        () -> definitions, List.of(), filters, properties, configuration)
                .getRoutes());
    }

    @Bean
    ApiCatalog apiCatalog(
            LiveRoutes routes, HealthRegistry registry, EndpointClient client, ApplicationEventPublisher publisher) {
        return new ApiCatalog(new Stage(routes, registry, client, publisher));
    }

    @Bean
    RouteDefinitionLocator operationRouteDefinitionLocator(LiveRoutes routes) {
        return new OperationRouteDefinitionLocator(routes);
    }

    // In the place of Spring Cloud Gateway's cache, by its name: what is live is the cache.
    @Bean
    @Primary
    RouteLocator cachedCompositeRouteLocator(LiveRoutes routes) {
        return routes::routes;
    }

    @Bean
    OperationWebHandler filteringWebHandler(List<GlobalFilter> filters) {
        return new OperationWebHandler(filters);
    }

    @Bean
    NoRouteMapping routePredicateHandlerMapping(
            FilteringWebHandler webHandler, RouteLocator routes, GlobalCorsProperties cors, Environment environment) {
        return new NoRouteMapping(webHandler, routes, cors, environment);
    }

    @Bean
    CorsHeaders corsHeaders() {
        return new CorsHeaders();
    }

    @Bean
    OperationWebFilter operationWebFilter(
            Listeners listeners, LiveRoutes routes, CorsHeaders cors, ApplicationAvailability availability) {
        return new OperationWebFilter(listeners, routes, cors, availability);
    }

    /** In the place of Spring Boot's. The admin listener has one of its own. */
    @Bean
    TrafficHandler trafficHandler(
            ApplicationContext traffic,
            @Qualifier("trafficSecurity") SecurityWebFilterChain security,
            OperationWebHandler routes,
            Recorder recorder,
            InFlight inFlight) {
        Stream<WebFilter> filters =
                secured(traffic.getBeanProvider(WebFilter.class).orderedStream(), security);
        List<WebExceptionHandler> answering = traffic.getBeanProvider(WebExceptionHandler.class)
                .orderedStream()
                .toList();
        TrafficHandler handler = new TrafficHandler(
                new Serving.Stages(TrafficHandler.through(filters.toList(), routes), answering, recorder, inFlight));
        handler.setApplicationContext(traffic);
        handler.setCodecConfigurer(traffic.getBean(ServerCodecConfigurer.class));
        handler.setLocaleContextResolver(traffic.getBean(LocaleContextResolver.class));
        handler.setSessionManager(traffic.getBean(WebSessionManager.class));
        return handler;
    }

    // Spring Security's own filter would look for this chain among those of all listeners, for each request.
    private static Stream<WebFilter> secured(Stream<WebFilter> filters, SecurityWebFilterChain security) {
        List<WebFilter> traffic =
                Objects.requireNonNull(security.getWebFilters().collectList().block());
        return filters.flatMap(filter -> filter instanceof WebFilterChainProxy ? traffic.stream() : Stream.of(filter));
    }

    @Bean
    Recorder recorder(Optional<Tracing> tracing, List<Witness> witnesses) {
        return new Recorder(tracing, witnesses);
    }

    @Bean
    RecentRequests recentRequests() {
        return new RecentRequests(REMEMBERED);
    }

    @Bean
    Performances performances() {
        return new Performances();
    }

    @Bean
    ApplicationListener<PayloadApplicationEvent<CatalogChanged>> performancesFollowTheCatalog(
            Performances performances) {
        return ApplicationListener.forPayload(changed -> performances.follow(changed.catalog()));
    }

    @Bean
    ApplicationListener<PayloadApplicationEvent<CatalogChanged>> recentRequestsFollowTheCatalog(RecentRequests recent) {
        return ApplicationListener.forPayload(changed -> recent.follow(changed.catalog()));
    }

    @Bean
    InFlight inFlight(UnderstudyProperties properties) {
        return new InFlight(properties.limits().maxInFlight());
    }

    @Bean
    BodyLimitFilter bodyLimitFilter(Listeners listeners, UnderstudyProperties properties) {
        DataSize most = properties.limits().maxBodySize();
        return new BodyLimitFilter(listeners, most == null ? Long.MAX_VALUE : most.toBytes());
    }

    @Bean
    ProblemHandler problemHandler(Listeners listeners, JsonMapper json) {
        return new ProblemHandler(listeners, json);
    }

    @Bean(destroyMethod = "close")
    EndpointClient endpointClient(ReactorResourceFactory resources) {
        return new EndpointClient(resources);
    }

    @Bean
    Rehearsal rehearsal(HealthRegistry registry, EndpointClient client, ProblemHandler problems) {
        return new Rehearsal(registry, client, problems);
    }

    @Bean
    AnswerWriter answerWriter(CorsHeaders cors) {
        return new AnswerWriter(cors);
    }

    @Bean
    WebSockets webSockets(EndpointClient client) {
        return new WebSockets(client);
    }

    @Bean
    FailoverGatewayFilterFactory failoverGatewayFilterFactory(
            HealthRegistry registry,
            EndpointClient client,
            WebSockets webSockets,
            AnswerWriter writer,
            ProblemHandler problems,
            UnderstudyProperties properties) {
        Forwarding forwarding = new Forwarding(properties.trustedProxies());
        ReplayMemory memory =
                new ReplayMemory(properties.failover().replayMemory().toBytes());
        return new FailoverGatewayFilterFactory(
                new FailoverFilter(registry, client, webSockets, writer, forwarding, memory, problems));
    }

    @Bean
    NettyServerCustomizer requestTargets() {
        RequestTargetHandler handler = new RequestTargetHandler();
        return server -> server.doOnChannelInit((observer, channel, address) -> {
            if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                channel.pipeline()
                        .addAfter(NettyPipeline.HttpCodec, IdleGuard.NAME, new IdleGuard())
                        .addAfter(NettyPipeline.HttpCodec, "understudy.request-target", handler);
            }
        });
    }
}
