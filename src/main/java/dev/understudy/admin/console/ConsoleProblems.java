package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * What went wrong on a page of the console, as a page: with the words that the admin API has for it. Callers that do not
 * take pages get its problems.
 */
final class ConsoleProblems implements WebExceptionHandler, Ordered {

    private static final Map<Integer, String> TITLES = Map.of(
            400, "That request is not valid",
            403, "You may not do that",
            404, "There is nothing here",
            405, "That cannot be done here",
            408, "That took too long",
            409, "That clashes with something else",
            412, "Somebody was faster",
            413, "That is too long",
            503, "Too much is under way");

    private final Console console;

    ConsoleProblems(Console console) {
        this.console = console;
    }

    // Before that of the whole admin listener.
    @Override
    public int getOrder() {
        return -4;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (!Paths.isOfConsole(exchange)
                || !takesPages(exchange)
                || exchange.getResponse().isCommitted()) {
            return Mono.error(error);
        }
        ErrorResponse answer = AdminProblems.answer(exchange, error);
        return console.viewer()
                .flatMap(viewer -> console.work(() -> console.rendered(exchange, viewer, page(exchange, answer))))
                .flatMap(page -> write(exchange, answer, page));
    }

    /** How a page says it. */
    static String title(HttpStatusCode status) {
        return TITLES.getOrDefault(status.value(), "That did not work");
    }

    private static Console.Page page(ServerWebExchange exchange, ErrorResponse answer) {
        HttpStatusCode status = answer.getStatusCode();
        HttpStatus known = HttpStatus.resolve(status.value());
        Map<String, Object> values = Map.of(
                "title", title(status),
                "status", status.value() + (known == null ? "" : " " + known.getReasonPhrase()),
                "detail", Optional.ofNullable(answer.getBody().getDetail()).orElse(""));
        Console.Page page = Console.Page.of("problem", values).with(status);
        return Htmx.asks(exchange) ? page.only("short") : page;
    }

    private static Mono<Void> write(ServerWebExchange exchange, ErrorResponse answer, Console.Rendered page) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(page.status());
        HttpHeaders headers = response.getHeaders();
        answer.getHeaders().forEach(headers::put);
        headers.setContentType(Console.HTML);
        headers.setContentLength(page.html().length);
        headers.put("X-Content-Type-Options", List.of("nosniff"));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(page.html())));
    }

    private static boolean takesPages(ServerWebExchange exchange) {
        try {
            return exchange.getRequest().getHeaders().getAccept().stream()
                            .anyMatch(type -> type.isWildcardType() || type.includes(MediaType.TEXT_HTML))
                    || Htmx.asks(exchange);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
