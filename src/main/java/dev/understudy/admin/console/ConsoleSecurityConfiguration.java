package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.AdminSecurityConfiguration;
import dev.understudy.admin.AdminUsers;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.Changes;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.HeaderSpec;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.header.CrossOriginOpenerPolicyServerHttpHeadersWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.server.header.CrossOriginResourcePolicyServerHttpHeadersWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Sign-in to the console: the cookie of a session, which is worth nothing outside of it, as names, passwords and tokens of
 * the other paths are worth nothing here.
 */
@Configuration(proxyBeanMethods = false)
class ConsoleSecurityConfiguration {

    static final String CONTENT_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    @Bean
    Sessions consoleSessions() {
        return new Sessions(System::nanoTime);
    }

    // Before that of the whole admin listener, and after that of traffic.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 1)
    SecurityWebFilterChain consoleSecurity(
            ApplicationContext traffic, Sessions sessions, AdminUsers users, AuditLog audit, Changes changes) {
        // Each form has a token of its session, which is compared where forms are read.
        return AdminSecurityConfiguration.bare(traffic, audit)
                .securityMatcher(new AndServerWebExchangeMatcher(
                        AdminSecurityConfiguration.otherThan(traffic),
                        ServerWebExchangeMatchers.pathMatchers(Paths.CONSOLE, Paths.CONSOLE + "/**")))
                .headers(ConsoleSecurityConfiguration::headers)
                .addFilterAt(new SessionFilter(sessions, users), SecurityWebFiltersOrder.AUTHENTICATION)
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(
                                (exchange, nobody) -> toSignIn(exchange))
                        .accessDeniedHandler((exchange, denied) -> Mono.error(refused(exchange, audit, changes))))
                .authorizeExchange(exchanges -> roles(exchanges, changes))
                .build();
    }

    private static void headers(HeaderSpec headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                .crossOriginOpenerPolicy(opener -> opener.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                .crossOriginResourcePolicy(resource -> resource.policy(CrossOriginResourcePolicy.SAME_ORIGIN));
    }

    // What was deployed may have credentials of endpoints in it, byte for byte. What changes something is for those
    // who may deploy, and so are the pages that lead to it.
    private static void roles(AuthorizeExchangeSpec exchanges, Changes changes) {
        String[] all = AdminSecurityConfiguration.names(AdminRole.VIEWER, AdminRole.DEPLOYER, AdminRole.ADMIN);
        String[] deployers = AdminSecurityConfiguration.names(AdminRole.DEPLOYER, AdminRole.ADMIN);
        exchanges
                .pathMatchers(HttpMethod.GET, Paths.ASSETS + "/**")
                .permitAll()
                .pathMatchers(HttpMethod.HEAD, Paths.ASSETS + "/**")
                .permitAll()
                .pathMatchers(Paths.SIGN_IN)
                .permitAll()
                .pathMatchers(HttpMethod.POST, Paths.SIGN_OUT)
                .hasAnyRole(all)
                .matchers(changes.refused(new AndServerWebExchangeMatcher(
                        AdminSecurityConfiguration.reads(ServerWebExchangeMatchers.pathMatchers(Paths.TRY)),
                        new NegatedServerWebExchangeMatcher(
                                ServerWebExchangeMatchers.pathMatchers(Paths.ADD, Paths.ADD + "/**")))))
                .denyAll()
                .pathMatchers(
                        Paths.CONTENT,
                        Paths.RESTORE,
                        Paths.UNDEPLOY,
                        Paths.ENDPOINTS_DEPLOY,
                        Paths.ADD,
                        Paths.ADD + "/**")
                .hasAnyRole(deployers)
                .pathMatchers(Paths.HOLD, Paths.RELEASE)
                .hasRole(AdminRole.ADMIN.name())
                .pathMatchers(HttpMethod.GET)
                .hasAnyRole(all)
                .pathMatchers(HttpMethod.HEAD)
                .hasAnyRole(all)
                .anyExchange()
                .hasAnyRole(deployers);
    }

    private static ErrorResponseException refused(ServerWebExchange exchange, AuditLog audit, Changes changes) {
        if (Changes.isWanted(exchange)) {
            return changes.refusal(exchange, audit);
        }
        audit.refused(exchange, AuditLog.user(exchange), "role missing");
        return AdminProblems.problem(
                HttpStatus.FORBIDDEN,
                "None of your roles allows this. A viewer sees what is served; a deployer also deploys, restores and takes"
                        + " away; an admin also holds endpoints.");
    }

    /** The whole page goes there, and not what htmx would put a piece into. */
    private static Mono<Void> toSignIn(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        String path = exchange.getRequest().getPath().value();
        if (path.equals(Paths.NOW_STREAM) || path.equals(Paths.GATEWAYS_STREAM)) {
            return endOfStream(response);
        }
        if (Htmx.asks(exchange)) {
            response.setStatusCode(HttpStatus.UNAUTHORIZED);
            response.getHeaders().set(Htmx.REDIRECT, Paths.signIn(pageOf(exchange)));
        } else {
            response.setStatusCode(HttpStatus.SEE_OTHER);
            response.getHeaders().setLocation(URI.create(Paths.signIn(wanted(exchange))));
        }
        return response.setComplete();
    }

    /** An EventSource follows a redirect, and then only sees that what it finds is no stream. */
    private static Mono<Void> endOfStream(ServerHttpResponse response) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        byte[] end = LiveNow.END.getBytes(StandardCharsets.UTF_8);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(end)));
    }

    // What was to be changed is not asked for once more.
    private static String wanted(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String query = request.getURI().getRawQuery();
        boolean reads = HttpMethod.GET.equals(request.getMethod());
        return Paths.own(reads ? request.getURI().getRawPath() + (query == null ? "" : "?" + query) : Paths.CONSOLE);
    }

    private static String pageOf(ServerWebExchange exchange) {
        String page = exchange.getRequest().getHeaders().getFirst("HX-Current-URL");
        int path = page == null ? -1 : page.indexOf('/', page.indexOf("://") + 3);
        return path < 0 ? Paths.CONSOLE : Paths.own(String.valueOf(page).substring(path));
    }
}
