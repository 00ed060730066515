package dev.understudy.admin;

import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses what a browser sends for a page of another origin, and which could change something: it adds the name and password
 * that its user once typed for this listener, whoever wrote the page. Browsers say where a request comes from, and pages
 * cannot make them say anything else; those that do not know {@code Sec-Fetch-Site} send {@code Origin}. Callers that send
 * neither are no browsers.
 */
public final class SameOriginFilter implements WebFilter {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final AuditLog audit;

    public SameOriginFilter(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        if (SAFE.contains(request.getMethod()) || isOfOwnOrigin(request)) {
            return chain.filter(exchange);
        }
        audit.refused(exchange, AuditLog.NOBODY, "sent by a browser for another origin");
        return Mono.error(AdminProblems.problem(
                HttpStatus.FORBIDDEN, "A browser sent this for a page that is not of this listener."));
    }

    private static boolean isOfOwnOrigin(ServerHttpRequest request) {
        List<String> sites = request.getHeaders().getOrEmpty("Sec-Fetch-Site");
        if (!sites.isEmpty()) {
            return OWN_SITES.containsAll(sites);
        }
        String own = request.getURI().getScheme() + "://" + request.getHeaders().getFirst(HttpHeaders.HOST);
        return request.getHeaders().getOrEmpty(HttpHeaders.ORIGIN).stream().allMatch(own::equalsIgnoreCase);
    }
}
