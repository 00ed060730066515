package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.Changes;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What all pages have in common: the frame around them, who looks at them, and how forms are taken. */
final class Console {

    /** Name of the field of a form, and of the header of htmx, with the token of the session. */
    static final String FORM_TOKEN = "_csrf";

    static final String FORM_TOKEN_HEADER = "X-CSRF-Token";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PATIENCE_WITH_CHANGES = Duration.ofSeconds(30);
    static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

    /**
     * A page before it is made.
     *
     * @param template its name
     * @param fragment of the template, where that is all that is wanted; empty: all
     * @param values for the template, besides those of the frame
     */
    record Page(HttpStatusCode status, String template, Optional<String> fragment, Map<String, Object> values) {

        static Page of(String template, Map<String, Object> values) {
            return new Page(HttpStatus.OK, template, Optional.empty(), values);
        }

        /** The same, after something went wrong. */
        Page with(HttpStatusCode other) {
            return new Page(other, template, fragment, values);
        }

        /** Only a part of it. */
        Page only(String part) {
            return new Page(status, template, Optional.of(part), values);
        }
    }

    /**
     * Who looks at a page.
     *
     * @param may names of roles, in upper case
     * @param changes whether there are any to be made here
     */
    record Viewer(String name, Set<String> may, boolean changes) {

        static final Viewer NOBODY = new Viewer("", Set.of(), true);

        public boolean mayDeploy() {
            return changes && isDeployer();
        }

        public boolean mayHold() {
            return changes && isAdmin();
        }

        public boolean mayTry() {
            return isDeployer();
        }

        /** Whether it is only a role that is missing. */
        public boolean lacksDeployer() {
            return changes && !isDeployer();
        }

        /** Whether it is only a role that is missing. */
        public boolean lacksAdmin() {
            return changes && !isAdmin();
        }

        /** Of the most that is allowed. */
        public String role() {
            return isAdmin() ? "admin" : isDeployer() ? "deployer" : "viewer";
        }

        private boolean isDeployer() {
            return may.contains(AdminRole.DEPLOYER.name()) || isAdmin();
        }

        private boolean isAdmin() {
            return may.contains(AdminRole.ADMIN.name());
        }
    }

    /** Makes a page, on a thread that may wait. */
    interface Maker {
        Page make(ServerRequest request, Viewer viewer) throws Exception;
    }

    /** Takes a form whose token was right. */
    interface Taker {
        Mono<ServerResponse> take(ServerRequest request, MultiValueMap<String, String> form);
    }

    private final Pages pages;
    private final Assets assets;
    private final AuditLog audit;
    private final Changes changes;

    Console(Pages pages, Assets assets, AuditLog audit, Changes changes) {
        this.pages = pages;
        this.assets = assets;
        this.audit = audit;
        this.changes = changes;
    }

    /** The routes of a page that can only be read. */
    RouterFunction<ServerResponse> page(String path, Maker maker) {
        return read(path, request -> page(request, maker));
    }

    /** The routes of a page for which whole documents are read. */
    RouterFunction<ServerResponse> slowPage(String path, Maker maker) {
        return read(path, request -> slowPage(request, maker));
    }

    /** The routes of a page that has a form for itself. */
    RouterFunction<ServerResponse> form(String path, Maker maker, Taker taker) {
        return readAndTaken(path, request -> page(request, maker), taker);
    }

    /** The routes of such a page for which whole documents are read. */
    RouterFunction<ServerResponse> slowForm(String path, Maker maker, Taker taker) {
        return readAndTaken(path, request -> slowPage(request, maker), taker);
    }

    /** The routes of a form that stands on other pages. */
    RouterFunction<ServerResponse> post(String path, Taker taker) {
        return RouterFunctions.route()
                .POST(path, request -> taken(request, taker))
                .route(RequestPredicates.path(path), AdminProblems.only(HttpMethod.POST))
                .build();
    }

    private static RouterFunction<ServerResponse> read(String path, HandlerFunction<ServerResponse> shown) {
        return RouterFunctions.route()
                .GET(path, shown)
                .HEAD(path, shown)
                .route(RequestPredicates.path(path), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .build();
    }

    private RouterFunction<ServerResponse> readAndTaken(
            String path, HandlerFunction<ServerResponse> shown, Taker taker) {
        return RouterFunctions.route()
                .GET(path, shown)
                .HEAD(path, shown)
                .POST(path, request -> taken(request, taker))
                .route(
                        RequestPredicates.path(path),
                        AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
                .build();
    }

    Mono<ServerResponse> page(ServerRequest request, Maker maker) {
        return viewer().flatMap(viewer -> work(() -> rendered(request, viewer, maker.make(request, viewer))))
                .flatMap(Rendered::answer);
    }

    Mono<ServerResponse> slowPage(ServerRequest request, Maker maker) {
        return viewer().flatMap(viewer -> slowly(() -> maker.make(request, viewer))
                        .flatMap(page -> work(() -> rendered(request, viewer, page))))
                .flatMap(Rendered::answer);
    }

    /** Does what reads whole documents. */
    <T> Mono<T> slowly(Callable<T> work) {
        return pages.slowly(work);
    }

    /** What came of a change, or of a question that stands in line with them. To be called where it is allowed to wait. */
    static <T> T await(CompletableFuture<T> outcome) throws Exception {
        try {
            return outcome.get(PATIENCE_WITH_CHANGES.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw AdminProblems.later("Other changes are under way.");
        }
    }

    /** Does what takes time, and may wait. */
    <T> Mono<T> work(Callable<T> work) {
        return pages.work(work);
    }

    /** Where a form leads when it is done: nothing is sent again when the page is loaded anew. */
    static Mono<ServerResponse> goTo(String path) {
        return ServerResponse.seeOther(URI.create(path)).build();
    }

    /** The same, with something to be said there. */
    static Mono<ServerResponse> goTo(ServerRequest request, String path, String notice) {
        Session.of(request.exchange()).ifPresent(session -> session.say(notice));
        return goTo(path);
    }

    /** Ends with 403 unless the token is that of the session. @param token as the form has it */
    void requireToken(ServerWebExchange exchange, String token) {
        String sent = Optional.ofNullable(exchange.getRequest().getHeaders().getFirst(FORM_TOKEN_HEADER))
                .orElse(token);
        boolean right = Session.of(exchange)
                .filter(session -> MessageDigest.isEqual(bytes(session.formToken()), bytes(sent)))
                .isPresent();
        if (!right) {
            audit.refused(exchange, AuditLog.user(exchange), "form of another session");
            throw AdminProblems.problem(
                    HttpStatus.FORBIDDEN,
                    "This form is not of your session, or of one that has ended. Nothing was changed: open the page again.");
        }
    }

    /** What a small form has; ends with a problem where it does not come, or is too long. */
    static Mono<MultiValueMap<String, String>> fields(ServerRequest request) {
        return request.formData()
                .timeout(PATIENCE)
                .onErrorMap(
                        TimeoutException.class,
                        late -> AdminProblems.problem(HttpStatus.REQUEST_TIMEOUT, "The form did not arrive in time."));
    }

    /** A page or a part of one, with the frame's values. */
    Rendered rendered(ServerRequest request, Viewer viewer, Page page) {
        return rendered(request.exchange(), viewer, page);
    }

    /** May take its time. */
    Rendered rendered(ServerWebExchange exchange, Viewer viewer, Page page) {
        Optional<Session> session = Session.of(exchange);
        Map<String, Object> model = new HashMap<>();
        model.put("frame", frame(exchange, session, viewer, page.fragment().isEmpty()));
        model.putAll(page.values());
        Set<String> fragments = page.fragment().map(Set::of).orElse(Set.of());
        return new Rendered(page.status(), pages.render(page.template(), fragments, model));
    }

    /** Makes a page for nobody. May take its time. */
    void rehearse(Page page) {
        Map<String, Object> model = new HashMap<>(page.values());
        model.put("frame", frame("/", Viewer.NOBODY, "rehearsal", ""));
        pages.render(page.template(), Set.of(), model);
    }

    Mono<Viewer> viewer() {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .map(this::viewer)
                .defaultIfEmpty(Viewer.NOBODY);
    }

    private Viewer viewer(Authentication user) {
        return new Viewer(
                user.getName(),
                Set.copyOf(user.getAuthorities().stream()
                        .map(GrantedAuthority::getAuthority)
                        .map(role -> String.valueOf(role).replaceFirst("^ROLE_", ""))
                        .filter(Arrays.stream(AdminRole.values())
                                .map(AdminRole::name)
                                .toList()::contains)
                        .toList()),
                changes.areTaken());
    }

    private Mono<ServerResponse> taken(ServerRequest request, Taker taker) {
        return fields(request).flatMap(form -> {
            requireToken(
                    request.exchange(),
                    Optional.ofNullable(form.getFirst(FORM_TOKEN)).orElse(""));
            return taker.take(request, form);
        });
    }

    private Frame frame(ServerWebExchange exchange, Optional<Session> session, Viewer viewer, boolean whole) {
        return frame(
                exchange.getRequest().getPath().value(),
                viewer,
                session.map(Session::formToken).orElse(""),
                whole ? session.flatMap(Session::said).orElse("") : "");
    }

    private Frame frame(String path, Viewer viewer, String token, String notice) {
        return new Frame(
                viewer,
                token,
                notice,
                changes.areTaken() ? "" : changes.why(),
                Navigation.main(path),
                assets.url("console.css"),
                assets.url("htmx.js"),
                assets.url("console.js"),
                assets.url("icon.svg"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What stands around each page.
     *
     * @param token of the forms; empty before the sign-in
     * @param notice what came of the last form; empty: nothing
     * @param closed why nothing can be changed; empty: it can
     */
    record Frame(
            Viewer viewer,
            String token,
            String notice,
            String closed,
            List<Navigation.Link> links,
            String style,
            String script,
            String ownScript,
            String icon) {}

    /** A page that is made. */
    record Rendered(HttpStatusCode status, byte[] html) {

        Mono<ServerResponse> answer() {
            return answer(new HttpHeaders());
        }

        Mono<ServerResponse> answer(HttpHeaders more) {
            return ServerResponse.status(status)
                    .contentType(HTML)
                    .headers(headers -> headers.putAll(more))
                    .bodyValue(html);
        }
    }
}
