package dev.understudy.admin;

import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UserDetailsRepositoryReactiveAuthenticationManager;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.HttpBasicServerAuthenticationEntryPoint;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Sign-in on the admin listener: Basic, for everything but the health of the gateway. */
@Configuration(proxyBeanMethods = false)
class AdminSecurityConfiguration {

    private static final int PASSWORDS_AT_ONCE = 2;
    private static final int PASSWORDS_IN_LINE = 50;

    /** Where passwords are checked: bcrypt takes a tenth of a second, which no event loop has. */
    @Bean(destroyMethod = "dispose")
    Scheduler signInScheduler() {
        return Schedulers.newBoundedElastic(PASSWORDS_AT_ONCE, PASSWORDS_IN_LINE, "sign-in", 60, true);
    }

    @Bean
    AdminUsers adminUsers(UnderstudyProperties properties) {
        return AdminUsers.of(properties.admin());
    }

    @Bean
    SecurityWebFilterChain adminSecurity(
            ServerHttpSecurity http, ApplicationContext traffic, AdminUsers users, Scheduler signInScheduler) {
        return http.securityMatcher(otherThan(traffic))
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .httpBasic(basic -> basic.authenticationManager(signIn(users, signInScheduler))
                        .authenticationEntryPoint(challenge()))
                .authorizeExchange(AdminSecurityConfiguration::roles)
                .build();
    }

    // The admin listener has an application context of its own, whatever ports are configured or picked.
    private static ServerWebExchangeMatcher otherThan(ApplicationContext traffic) {
        return exchange -> exchange.getApplicationContext() == traffic ? MatchResult.notMatch() : MatchResult.match();
    }

    private static void roles(AuthorizeExchangeSpec exchanges) {
        exchanges
                .matchers(EndpointRequest.to("health"))
                .permitAll()
                .pathMatchers(HttpMethod.GET)
                .hasAnyRole(names(AdminRole.values()))
                .pathMatchers(HttpMethod.HEAD)
                .hasAnyRole(names(AdminRole.values()))
                .anyExchange()
                .hasAnyRole(names(AdminRole.DEPLOYER, AdminRole.ADMIN));
    }

    private static ReactiveAuthenticationManager signIn(AdminUsers users, Scheduler scheduler) {
        UserDetailsRepositoryReactiveAuthenticationManager manager =
                new UserDetailsRepositoryReactiveAuthenticationManager(users);
        manager.setPasswordEncoder(users.passwords());
        manager.setScheduler(scheduler);
        return caller -> manager.authenticate(caller)
                .onErrorMap(
                        RejectedExecutionException.class,
                        full -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE));
    }

    private static ServerAuthenticationEntryPoint challenge() {
        HttpBasicServerAuthenticationEntryPoint challenge = new HttpBasicServerAuthenticationEntryPoint();
        challenge.setRealm("understudy");
        return challenge;
    }

    private static String[] names(AdminRole... roles) {
        return Arrays.stream(roles).map(AdminRole::name).toArray(String[]::new);
    }
}
