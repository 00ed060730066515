package dev.understudy.admin;

import dev.understudy.definitions.DeployedApis;
import dev.understudy.overrides.Overrides;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.util.matcher.OrServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sign-in on the admin listener: Basic, or a token that was got with name and password, for everything but the health of
 * the gateway.
 */
@Configuration(proxyBeanMethods = false)
public class AdminSecurityConfiguration {

    private static final String REALM = "realm=\"understudy\"";

    @Bean
    AuditLog auditLog() {
        return new AuditLog(Schedulers.parallel());
    }

    @Bean
    Changes changes(UnderstudyProperties properties) {
        return new Changes(properties.role(), properties.controlPlane().urls());
    }

    @Bean
    AdminUsers adminUsers(UnderstudyProperties properties) {
        return AdminUsers.of(properties.admin());
    }

    @Bean
    SignIn signIn(AdminUsers users, AuditLog audit) {
        return new SignIn(users, audit, System::nanoTime);
    }

    @Bean
    AdminTokens adminTokens(AdminUsers users, ObjectProvider<Clock> clock) {
        return new AdminTokens(users, clock.getIfAvailable(Clock::systemUTC));
    }

    // One for all paths, so that all uploads together have its bounds.
    @Bean
    @Fallback
    Uploads boundedUploads() {
        return new Uploads();
    }

    @Bean
    ApiChanges apiChanges(DeployedApis deployed, AuditLog audit) {
        return new ApiChanges(deployed, audit);
    }

    @Bean
    EndpointChanges endpointChanges(Overrides overrides, AuditLog audit) {
        return new EndpointChanges(overrides, audit);
    }

    // One for all paths, as with uploads.
    @Bean
    ApiContents apiContents(DeployedApis deployed) {
        return new ApiContents(deployed);
    }

    // Spring Security's own protection against forged requests asks for a token that neither apictl nor curl has.
    @Bean
    SecurityWebFilterChain adminSecurity(
            ApplicationContext traffic, SignIn signIn, AdminTokens tokens, AuditLog audit, Changes changes) {
        return bare(traffic, audit)
                .securityMatcher(otherThan(traffic))
                .addFilterAt(new CredentialsFilter(signIn, tokens, audit), SecurityWebFiltersOrder.AUTHENTICATION)
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(
                                (exchange, failure) -> Mono.error(signInNeeded()))
                        .accessDeniedHandler((exchange, denied) -> Mono.error(refused(exchange, audit, changes))))
                .authorizeExchange(exchanges -> roles(exchanges, changes))
                .build();
    }

    /** What the firewall refuses is answered where all refusals are; it lets everything through on the traffic listeners. */
    @Bean
    ServerExchangeRejectedHandler rejectedByFirewall() {
        return (exchange, rejection) -> Mono.error(
                AdminProblems.problem(HttpStatus.BAD_REQUEST, "The request target or a header is not valid."));
    }

    static ErrorResponseException signInNeeded() {
        return challenge("Bearer " + REALM, "Sign in by Basic, or with a token of POST " + TokenApi.PATH + ".");
    }

    /** The same words whatever is wrong. */
    static ErrorResponseException wrongPassword() {
        return challenge("Bearer " + REALM, "The name or the password is wrong.");
    }

    static ErrorResponseException badToken() {
        return challenge(
                "Bearer " + REALM + ", error=\"invalid_token\"",
                "The token is not valid, or not any more: those of before the last start of the gateway are not, nor"
                        + " those older than " + AdminTokens.LIFETIME.toMinutes() + " minutes. Sign in again.");
    }

    private static ErrorResponseException challenge(String bearer, String detail) {
        ErrorResponseException problem = AdminProblems.problem(HttpStatus.UNAUTHORIZED, detail);
        problem.getHeaders().put(HttpHeaders.WWW_AUTHENTICATE, List.of("Basic " + REALM, bearer));
        return problem;
    }

    private static ErrorResponseException refused(ServerWebExchange exchange, AuditLog audit, Changes changes) {
        if (Changes.isWanted(exchange)) {
            return changes.refusal(exchange, audit);
        }
        audit.refused(exchange, AuditLog.user(exchange), "role missing");
        return AdminProblems.problem(
                HttpStatus.FORBIDDEN,
                "You have signed in, but none of your roles allows this. A viewer may only read, and not what was"
                        + " deployed, which may have passwords in it. Only an admin may hold endpoints and let them go.");
    }

    /**
     * A chain without any of the usual ways to sign in, which remembers nobody, and refuses what pages of others send. Tokens
     * against forged requests, where there are any, are for those who read forms.
     *
     * <p>Not Spring Security's own bean, which looks among all beans for customizers of each of its settings, twice two
     * dozen times: of all that a start does this was what took the compilers longest.
     *
     * @param traffic the context of the gateway
     */
    public static ServerHttpSecurity bare(ApplicationContext traffic, AuditLog audit) {
        return new Bare(traffic)
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .addFilterAt(new SameOriginFilter(audit), SecurityWebFiltersOrder.CSRF);
    }

    /** The admin listener has an application context of its own, whatever ports are configured or picked. */
    public static ServerWebExchangeMatcher otherThan(ApplicationContext traffic) {
        return exchange -> exchange.getApplicationContext() == traffic ? MatchResult.notMatch() : MatchResult.match();
    }

    // What was deployed may have credentials of endpoints in it, byte for byte.
    private static void roles(AuthorizeExchangeSpec exchanges, Changes changes) {
        String[] people = names(AdminRole.VIEWER, AdminRole.DEPLOYER, AdminRole.ADMIN);
        exchanges
                .matchers(EndpointRequest.to("health"))
                .permitAll()
                .pathMatchers(HttpMethod.POST, TokenApi.PATH)
                .permitAll()
                .pathMatchers(FleetApi.PATHS)
                .hasAnyRole(names(AdminRole.GATEWAY, AdminRole.ADMIN))
                .matchers(
                        changes.refused(reads(ServerWebExchangeMatchers.pathMatchers(HttpMethod.POST, CheckApi.PATH))))
                .denyAll()
                .pathMatchers(ApisApi.CONTENT, ApisApi.REVISION_CONTENT)
                .hasAnyRole(names(AdminRole.DEPLOYER, AdminRole.ADMIN))
                .pathMatchers(HttpMethod.GET)
                .hasAnyRole(people)
                .pathMatchers(HttpMethod.HEAD)
                .hasAnyRole(people)
                .pathMatchers(HttpMethod.POST, CheckApi.PATH)
                .hasAnyRole(names(AdminRole.DEPLOYER, AdminRole.ADMIN))
                .pathMatchers(EndpointsApi.PATH + "/**")
                .hasRole(AdminRole.ADMIN.name())
                .anyExchange()
                .hasAnyRole(names(AdminRole.DEPLOYER, AdminRole.ADMIN));
    }

    /** Requests that only read, and those. */
    public static ServerWebExchangeMatcher reads(ServerWebExchangeMatcher others) {
        return new OrServerWebExchangeMatcher(
                ServerWebExchangeMatchers.pathMatchers(HttpMethod.GET, "/**"),
                ServerWebExchangeMatchers.pathMatchers(HttpMethod.HEAD, "/**"),
                others);
    }

    /** Roles as authorization names them. */
    public static String[] names(AdminRole... roles) {
        return Arrays.stream(roles).map(AdminRole::name).toArray(String[]::new);
    }

    private static final class Bare extends ServerHttpSecurity {

        Bare(ApplicationContext context) {
            setApplicationContext(context);
        }
    }
}
