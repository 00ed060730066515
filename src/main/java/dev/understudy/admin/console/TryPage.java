package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.admin.console.RequestsPage.TryView;
import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.definitions.Changes;
import dev.understudy.explain.Told;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import dev.understudy.loopback.Call;
import dev.understudy.loopback.Loopback;
import dev.understudy.loopback.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sends a request to an operation by the gateway's own listener, and shows the answer with what led to it. All that holds for
 * callers holds for it.
 */
class TryPage {

    /** The element that has the operations that were found. */
    static final String OPERATIONS = "operations";

    private static final String NO_LISTENER =
            "This is a control plane: it has no listener for traffic. Nothing was sent: try it on a gateway.";

    /** How long a request that has its answer may take to be remembered. */
    private static final Duration REMEMBERING = Duration.ofSeconds(5);

    /** @param key by which it is chosen */
    record Row(String key, String method, String path, String href, boolean current) {}

    /** What came of a request. @param told empty: nothing is remembered of it */
    private record Tried(Outcome outcome, Optional<Told> told) {}

    /** What can be tried of an API on one of its virtual hosts. @param operation empty: it has none */
    private record Chosen(OneApi of, Map<String, Api> hosts, String host, Api api, Optional<Operation> operation) {

        String id() {
            return of.row().id();
        }
    }

    private final Console console;
    private final ApiDirectory directory;
    private final Loopback loopback;
    private final RecentRequests recent;
    private final AuditLog audit;

    TryPage(Console console, ApiDirectory directory, Loopback loopback, RecentRequests recent, AuditLog audit) {
        this.console = console;
        this.directory = directory;
        this.loopback = loopback;
        this.recent = recent;
        this.audit = audit;
    }

    @Bean
    RouterFunction<ServerResponse> tryPageRoutes() {
        return console.form(Paths.TRY, this::show, this::send);
    }

    private Console.Page show(ServerRequest request, Console.Viewer viewer) {
        OneApi api = directory.one(request.pathVariable("id"), Instant.now());
        Optional<Chosen> chosen =
                chosen(api, request, request.queryParam("host").orElse(""));
        if (chosen.isEmpty()) {
            return nothing(api, viewer);
        }
        Console.Page page =
                page(request, viewer, chosen.get(), TryForm.empty(chosen.get().host()), Optional.empty(), "");
        return Htmx.wants(request.exchange(), OPERATIONS) ? page.only(OPERATIONS) : page;
    }

    private Mono<ServerResponse> send(ServerRequest request, MultiValueMap<String, String> sent) {
        if (!loopback.isOpen()) {
            throw AdminProblems.problem(HttpStatus.CONFLICT, NO_LISTENER);
        }
        String id = "try-" + UUID.randomUUID();
        return console.work(() -> {
                    OneApi api = directory.one(request.pathVariable("id"), Instant.now());
                    return there(
                            api,
                            request,
                            Optional.ofNullable(sent.getFirst(TryForm.HOST)).orElse(""));
                })
                .flatMap(chosen -> {
                    TryForm.Read read =
                            TryForm.read(sent, chosen.api(), chosen.operation().orElseThrow(), chosen.host(), id);
                    return read.call()
                            .map(call -> sent(request, chosen, read.form(), call, id, TryForm.token(sent)))
                            .orElseGet(() -> console.page(
                                    request,
                                    (again, viewer) -> page(again, viewer, chosen, read.form(), Optional.empty(), "")
                                            .with(HttpStatus.UNPROCESSABLE_CONTENT)));
                });
    }

    private Mono<ServerResponse> sent(
            ServerRequest request, Chosen chosen, TryForm form, Call call, String id, String token) {
        String path = call.target().replaceFirst("\\?.*", "");
        String subject = chosen.id() + " " + call.method() + " " + path;
        return Mono.using(
                        () -> recent.next(id, path),
                        remembered -> audited(request.exchange(), subject, loopback.send(call))
                                .flatMap(
                                        outcome -> told(outcome, remembered, id).map(told -> new Tried(outcome, told))),
                        remembered -> remembered.cancel(false))
                .publishOn(Schedulers.parallel())
                .onErrorMap(
                        Loopback.Busy.class,
                        busy -> AdminProblems.later(
                                Loopback.AT_ONCE + " requests of this page are under way. This one was not sent."))
                .flatMap(tried -> console.page(
                        request, (again, viewer) -> page(again, viewer, chosen, form, Optional.of(tried), token)));
    }

    /** One line, whatever comes of it. */
    private Mono<Outcome> audited(ServerWebExchange exchange, String subject, Mono<Outcome> sending) {
        AtomicBoolean written = new AtomicBoolean();
        Consumer<String> line = result -> {
            if (written.compareAndSet(false, true)) {
                audit.done(exchange, "try", subject, result);
            }
        };
        return sending.doOnNext(outcome -> line.accept(TryAnswer.inShort(outcome)))
                .doOnError(Loopback.Busy.class, busy -> line.accept("not sent: " + busy.getMessage()))
                .doOnError(error -> line.accept("failed"))
                .doOnCancel(() -> line.accept("left before the answer"));
    }

    /** It is told a moment after the caller has its answer. */
    private Mono<Optional<Told>> told(Outcome outcome, CompletableFuture<RequestRecord> remembered, String id) {
        if (outcome instanceof Outcome.Unanswered unanswered && !unanswered.mayHaveArrived()) {
            return Mono.just(Optional.empty());
        }
        return Mono.fromFuture(remembered, true)
                .timeout(REMEMBERING, Mono.fromSupplier(() -> recent.find(id)).flatMap(Mono::justOrEmpty))
                .map(Told::of)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
    }

    // Which one is meant has to be known where something is sent.
    private static Chosen there(OneApi api, ServerRequest request, String host) {
        return chosen(api, request, host)
                .filter(chosen -> chosen.host().equals(host)
                        || (host.isEmpty() && chosen.hosts().size() == 1))
                .filter(chosen -> chosen.operation()
                        .filter(operation -> request.queryParam("operation")
                                .filter(operation.name()::equals)
                                .isPresent())
                        .isPresent())
                .orElseThrow(() -> AdminProblems.problem(
                        HttpStatus.CONFLICT,
                        "This operation is not served there, or not any more. Nothing was sent: choose it again."));
    }

    /** Empty: nothing is served of it. */
    private static Optional<Chosen> chosen(OneApi api, ServerRequest request, String wantedHost) {
        Map<String, Api> hosts = new LinkedHashMap<>();
        api.definitions().stream()
                .flatMap(definition -> definition.served().stream())
                .forEach(served -> hosts(served).forEach(host -> hosts.putIfAbsent(host, served)));
        if (hosts.isEmpty()) {
            return Optional.empty();
        }
        String host = hosts.containsKey(wantedHost)
                ? wantedHost
                : hosts.keySet().iterator().next();
        Api served = hosts.getOrDefault(host, hosts.values().iterator().next());
        Optional<Operation> operation = request.queryParam("operation")
                .flatMap(key -> served.operations().stream()
                        .filter(each -> each.name().equals(key))
                        .findFirst())
                .or(() -> served.operations().stream().findFirst());
        return Optional.of(new Chosen(api, hosts, host, served, operation));
    }

    private static Collection<String> hosts(Api api) {
        Set<String> hosts = api.virtualHosts();
        return hosts.isEmpty() ? Set.of("localhost") : hosts.stream().sorted().toList();
    }

    private Console.Page nothing(OneApi api, Console.Viewer viewer) {
        Map<String, Object> values = about(api, viewer);
        values.put("anything", false);
        return Console.Page.of("try", values);
    }

    private Map<String, Object> about(OneApi api, Console.Viewer viewer) {
        Map<String, Object> values = ApiFrame.of(api).values(Navigation.OfApi.TRY, viewer);
        values.put("title", "Try " + api.row().name());
        values.put("sendable", loopback.isOpen());
        values.put("editable", viewer.mayTry() && loopback.isOpen());
        return values;
    }

    private Console.Page page(
            ServerRequest request,
            Console.Viewer viewer,
            Chosen chosen,
            TryForm form,
            Optional<Tried> tried,
            String token) {
        Map<String, Object> values = about(chosen.of(), viewer);
        ListQuery query = ListQuery.of(request, Paths.tryIt(chosen.id()), List.of(""), List.of("all"));
        ListQuery.Part<Row> part = query.part(rows(chosen, query));
        values.put("anything", chosen.operation().isPresent());
        values.put("all", chosen.api().operations().size());
        values.put("query", query);
        values.put("part", part);
        values.put("operation", chosen.operation().map(Operation::name).orElse(""));
        values.put("before", href(chosen, chosen.operation(), query.text(), part.page() - 1));
        values.put("after", href(chosen, chosen.operation(), query.text(), part.page() + 1));
        values.put("action", href(chosen, chosen.operation(), query.text(), part.page()));
        values.put("hosts", chosen.hosts().keySet());
        values.put("host", chosen.host());
        values.put("form", form);
        values.put(
                "answer",
                tried.map(one -> TryAnswer.of(one.outcome(), one.told(), token)).orElse(null));
        values.put("told", tried.flatMap(Tried::told).orElse(null));
        values.put(
                "explanation",
                tried.flatMap(Tried::told).map(told -> Paths.request(told.id())).orElse(""));
        values.put(
                "attempts",
                tried.flatMap(Tried::told)
                        .map(told -> told.attempts().stream().map(TryView::of).toList())
                        .orElse(List.of()));
        values.put(
                "elsewhere",
                tried.flatMap(Tried::told)
                        .flatMap(told -> elsewhere(told, chosen))
                        .orElse(""));
        chosen.operation().ifPresent(operation -> {
            values.put("method", operation.method());
            values.put("path", Changes.path(chosen.api().basePath(), operation));
            values.put("parameters", TryForm.Parameter.of(operation.path()));
            values.put("hasBody", TryForm.hasBody(operation));
            values.put("open", operation.access() instanceof Access.Open);
            values.put("tokenHeader", chosen.api().tokenHeader());
            values.put("webSocket", operation.webSocket());
        });
        return Console.Page.of("try", values);
    }

    /** The operation that it went to, where a concrete segment won over what was typed. */
    private static Optional<String> elsewhere(Told told, Chosen chosen) {
        return Optional.ofNullable(told.operation())
                .map(operation -> operation.method() + " " + operation.template())
                .filter(key ->
                        !key.equals(chosen.operation().map(Operation::name).orElse("")));
    }

    private static List<Row> rows(Chosen chosen, ListQuery query) {
        String wanted = query.text().toLowerCase(Locale.ROOT);
        return chosen.api().operations().stream()
                .filter(operation -> (operation.method() + " "
                                + Changes.path(chosen.api().basePath(), operation))
                        .toLowerCase(Locale.ROOT)
                        .contains(wanted))
                .map(operation -> new Row(
                        operation.name(),
                        operation.method(),
                        Changes.path(chosen.api().basePath(), operation),
                        href(chosen, Optional.of(operation), query.text(), query.page()),
                        chosen.operation().filter(operation::equals).isPresent()))
                .toList();
    }

    private static String href(Chosen chosen, Optional<Operation> operation, String found, int page) {
        return Paths.tryIt(chosen.id())
                + "?operation=" + escaped(operation.map(Operation::name).orElse(""))
                + (chosen.hosts().size() > 1 ? "&host=" + escaped(chosen.host()) : "")
                + (found.isEmpty() ? "" : "&q=" + escaped(found))
                + (page > 1 ? "&page=" + page : "");
    }

    private static String escaped(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }
}
