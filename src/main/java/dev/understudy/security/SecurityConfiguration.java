package dev.understudy.security;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.understudy.settings.UnderstudyProperties;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import org.springframework.security.web.server.MatcherSecurityWebFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.firewall.StrictServerWebExchangeFirewall;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The security of the traffic listeners: no sessions, no forms, no headers of its own; a token, or an open operation. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private final ApplicationContext context;

    SecurityConfiguration(ApplicationContext context) {
        this.context = context;
    }

    @Bean(initMethod = "start")
    Issuers issuers(UnderstudyProperties properties) {
        return Issuers.of(properties.security());
    }

    @Bean
    KeyMeters keyMeters(Issuers issuers) {
        return new KeyMeters(issuers);
    }

    @Bean
    VerifiedTokens verifiedTokens(UnderstudyProperties properties) {
        return new VerifiedTokens(properties.security().maxCachedTokens(), Ticker.systemTicker());
    }

    @Bean
    TokenMeters tokenMeters(VerifiedTokens verified) {
        return new TokenMeters(verified);
    }

    /** The gateway is ready once every issuer was asked; one that is away does not hold it back. */
    @Bean
    ApplicationRunner issuersAsked(Issuers issuers) {
        return arguments ->
                issuers.asked().timeout(Issuers.PATIENCE_AT_START, Mono.empty()).block();
    }

    // First, so that no request of a caller is held against what is for the admin listener.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SecurityWebFilterChain trafficSecurity(
            UnderstudyProperties properties, Issuers issuers, VerifiedTokens verified, ObjectProvider<Clock> clock) {
        CallerNames names =
                new CallerNames(properties.caller().claim(), properties.caller().hashed());
        Claims claims = new Claims(clock.getIfAvailable(Clock::systemUTC), names);
        TokenDecoder decoder = new TokenDecoder(issuers::find, claims, verified);
        boolean forwardToken = properties.security().forwardToken();
        return new MatcherSecurityWebFilterChain(
                traffic(), List.of(new CallerFilter(decoder, authenticationManager(decoder), forwardToken)));
    }

    /**
     * Else each filter and each decision of each request is an observation, with timers of its own. What requests are refused for
     * is told by our own meters.
     */
    @Bean
    SecurityObservationSettings withoutObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /**
     * Spring Security asks one firewall about every listener. Traffic goes through as it came, since its paths were checked
     * when the operation was looked for, and its headers are between caller and endpoint.
     */
    @Bean
    ServerWebExchangeFirewall firewall() {
        ServerWebExchangeFirewall strict = new StrictServerWebExchangeFirewall();
        return exchange -> isTraffic(exchange) ? Mono.just(exchange) : strict.getFirewalledExchange(exchange);
    }

    private static ReactiveAuthenticationManager authenticationManager(TokenDecoder decoder) {
        JwtReactiveAuthenticationManager manager = new JwtReactiveAuthenticationManager(decoder);
        manager.setJwtAuthenticationConverter(token -> Mono.just(new JwtAuthenticationToken(token, List.of())));
        return manager;
    }

    private ServerWebExchangeMatcher traffic() {
        return exchange -> isTraffic(exchange) ? MatchResult.match() : MatchResult.notMatch();
    }

    // The admin listener has an application context of its own, whatever ports are configured or picked.
    private boolean isTraffic(ServerWebExchange exchange) {
        return exchange.getApplicationContext() == context;
    }
}
