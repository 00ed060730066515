package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.SignIn;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.util.MultiValueMap;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Signing in and out. Named in the imports of the management context, as all pages. */
class SignInPage {

    private final Console console;
    private final Sessions sessions;
    private final SignIn signIn;
    private final AuditLog audit;

    SignInPage(Console console, Sessions sessions, SignIn signIn, AuditLog audit) {
        this.console = console;
        this.sessions = sessions;
        this.signIn = signIn;
        this.audit = audit;
    }

    // There is no session yet whose token the form could have: where it was sent from is checked before.
    @Bean
    RouterFunction<ServerResponse> signInRoutes() {
        return RouterFunctions.route()
                .GET(Paths.SIGN_IN, this::show)
                .HEAD(Paths.SIGN_IN, this::show)
                .POST(Paths.SIGN_IN, this::signIn)
                .route(
                        RequestPredicates.path(Paths.SIGN_IN),
                        AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
                .add(console.post(Paths.SIGN_OUT, (request, form) -> signOut(request)))
                .build();
    }

    private Mono<ServerResponse> show(ServerRequest request) {
        String next = Paths.own(request.queryParam("next").orElse(""));
        boolean left = request.queryParam("left").isPresent();
        return Session.of(request.exchange()).isPresent()
                ? Console.goTo(next)
                : console.page(request, (asked, viewer) -> page(HttpStatus.OK, next, "", "", left));
    }

    private Mono<ServerResponse> signIn(ServerRequest request) {
        return Console.fields(request).flatMap(form -> signIn(request, form));
    }

    private Mono<ServerResponse> signIn(ServerRequest request, MultiValueMap<String, String> form) {
        String name = value(form, "username").strip();
        String next = Paths.own(value(form, "next"));
        return signIn.check(request.exchange(), name, value(form, "password"))
                .flatMap(user -> begin(request.exchange(), user, next))
                .onErrorResume(
                        AuthenticationException.class,
                        wrong -> refuse(
                                request,
                                page(
                                        HttpStatus.UNPROCESSABLE_CONTENT,
                                        next,
                                        name,
                                        "The name or the password is wrong.",
                                        false),
                                HttpHeaders.EMPTY))
                .onErrorResume(
                        ErrorResponseException.class,
                        later -> refuse(
                                request,
                                page(
                                        later.getStatusCode(),
                                        next,
                                        name,
                                        String.valueOf(later.getBody().getDetail()),
                                        false),
                                later.getHeaders()));
    }

    private Mono<ServerResponse> begin(ServerWebExchange exchange, Authentication user, String next) {
        SessionFilter.id(exchange).ifPresent(sessions::end);
        AuditLog.signedIn(exchange, user.getName());
        audit.done(
                exchange,
                "sign in",
                "session",
                "for " + Sessions.LONGEST.toHours() + " h, or " + Sessions.IDLE.toMinutes() + " min without a request");
        exchange.getResponse().addCookie(SessionFilter.cookie(sessions.begin(user.getName())));
        return Console.goTo(next);
    }

    private Mono<ServerResponse> signOut(ServerRequest request) {
        SessionFilter.id(request.exchange()).ifPresent(sessions::end);
        audit.done(request.exchange(), "sign out", "session", "ended");
        request.exchange().getResponse().addCookie(SessionFilter.noCookie());
        return Console.goTo(Paths.SIGN_IN + "?left");
    }

    private Mono<ServerResponse> refuse(ServerRequest request, Console.Page page, HttpHeaders headers) {
        return console.work(() -> console.rendered(request, Console.Viewer.NOBODY, page))
                .flatMap(rendered -> rendered.answer(headers));
    }

    static Console.Page page(HttpStatusCode status, String next, String name, String fault, boolean left) {
        return Console.Page.of(
                        "sign-in", Map.of("title", "Sign in", "next", next, "name", name, "fault", fault, "left", left))
                .with(status);
    }

    private static String value(MultiValueMap<String, String> form, String name) {
        return Optional.ofNullable(form.getFirst(name)).orElse("");
    }
}
