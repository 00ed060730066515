package dev.understudy.admin.console;

import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** What htmx says of a request, and is told in an answer. */
final class Htmx {

    static final String REDIRECT = "HX-Redirect";

    private Htmx() {}

    /** Whether it is htmx that asks, and not the browser for a page. */
    static boolean asks(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return headers.containsHeader("HX-Request") && !headers.containsHeader("HX-History-Restore-Request");
    }

    /** Whether it is only for the element with this id. */
    static boolean wants(ServerWebExchange exchange, String element) {
        return asks(exchange)
                && element.equals(exchange.getRequest().getHeaders().getFirst("HX-Target"));
    }
}
