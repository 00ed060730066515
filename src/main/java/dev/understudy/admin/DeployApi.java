package dev.understudy.admin;

import dev.understudy.definitions.DeployedApi;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Undeploy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The part of the REST API of Choreo Connect's adapter that WSO2's {@code apictl} uses, but for its sign-in. A parameter
 * that is empty counts as one that is not there: {@code apictl} sends all it knows. Named in the imports of the management
 * context, so it is no part of the traffic listeners.
 */
class DeployApi {

    static final String PATH = "/api/mgw/adapter/0.1/apis";

    private static final int HIGHEST_LIMIT = 100_000_000;
    private static final Pattern LIMIT = Pattern.compile("\\d{1,9}");
    private static final Pattern TYPE = Pattern.compile("type:(http|ws|soap)", Pattern.CASE_INSENSITIVE);

    private final DeployedApis deployed;
    private final Uploads uploads;
    private final AuditLog audit;

    DeployApi(DeployedApis deployed, Uploads uploads, AuditLog audit) {
        this.deployed = deployed;
        this.uploads = uploads;
        this.audit = audit;
    }

    @Bean
    RouterFunction<ServerResponse> deployRoutes() {
        return RouterFunctions.route()
                .GET(PATH, this::list)
                .POST(PATH, this::deploy)
                .DELETE(PATH, this::undeploy)
                .route(
                        RequestPredicates.path(PATH),
                        AdminProblems.only(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE))
                .build();
    }

    private Mono<ServerResponse> list(ServerRequest request) {
        List<DeployedApi> all = deployed.all();
        List<DeployedApi> asked =
                all.stream().filter(ofType(request)).limit(limit(request)).toList();
        return json(DeployedList.of(all.size(), asked));
    }

    private Mono<ServerResponse> deploy(ServerRequest request) {
        ServerWebExchange exchange = request.exchange();
        boolean override = isOverride(request);
        return uploads.take(
                        exchange.getRequest(),
                        zip -> told(
                                exchange,
                                "deploy",
                                "project of " + zip.length + " bytes",
                                deployed.deploy(zip, override, AuditLog.user(exchange))))
                .onErrorMap(ErrorResponseException.class, DeployAnswers::known)
                .doOnError(
                        ErrorResponseException.class,
                        refusal -> audit.done(exchange, "deploy", "no project", AuditLog.result(refusal)))
                .flatMap(this::answer);
    }

    private Mono<ServerResponse> undeploy(ServerRequest request) {
        Undeploy what = what(request);
        return Mono.fromFuture(
                        () -> told(
                                request.exchange(),
                                "undeploy",
                                what.name() + " " + what.version(),
                                deployed.undeploy(what)),
                        true)
                .flatMap(this::answer);
    }

    /** Writes what came of it into the log, also when the caller has left by then. */
    private CompletableFuture<Outcome> told(
            ServerWebExchange exchange, String action, String subject, CompletableFuture<Outcome> change) {
        return change.whenComplete((outcome, error) -> audit.done(exchange, action, subject, result(outcome)));
    }

    private static String result(@Nullable Outcome outcome) {
        if (outcome == null) {
            return "failed";
        }
        try {
            return DeployAnswers.done(outcome).firstLine();
        } catch (ErrorResponseException refusal) {
            return AuditLog.result(refusal);
        }
    }

    // The thread that outcomes come from has the next change to make.
    private Mono<ServerResponse> answer(Outcome outcome) {
        return Mono.fromSupplier(() -> DeployAnswers.done(outcome))
                .subscribeOn(Schedulers.parallel())
                .flatMap(DeployApi::json);
    }

    private static Mono<ServerResponse> json(Object body) {
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    private static Undeploy what(ServerRequest request) {
        List<String> missing = Stream.of("apiName", "version")
                .filter(name -> one(request, name).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw bad(String.join(", ", missing) + ": not there (expected: the name and the version of an API)");
        }
        return new Undeploy(
                one(request, "apiName").orElseThrow(),
                one(request, "version").orElseThrow(),
                one(request, "vhost"),
                environments(request));
    }

    private static Set<String> environments(ServerRequest request) {
        return Arrays.stream(one(request, "environments").orElse("").split(":"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    // Some versions of apictl have another name for it.
    private static boolean isOverride(ServerRequest request) {
        return isTrue(request, "override") || isTrue(request, "overwrite");
    }

    private static boolean isTrue(ServerRequest request, String name) {
        return known(() -> new Parameters(request).flag(name));
    }

    private static Predicate<DeployedApi> ofType(ServerRequest request) {
        Optional<String> query = one(request, "query");
        if (query.isEmpty()) {
            return api -> true;
        }
        Matcher type = TYPE.matcher(query.get());
        if (!type.matches()) {
            throw bad("query: " + Parameters.shown(query.get()) + " (expected: type:http, type:ws or type:soap)");
        }
        return api -> api.revision().type().equalsIgnoreCase(type.group(1));
    }

    private static int limit(ServerRequest request) {
        String text = one(request, "limit").orElse(String.valueOf(HIGHEST_LIMIT));
        int limit = LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > HIGHEST_LIMIT) {
            throw bad(
                    "limit: " + Parameters.shown(text) + " (expected: a whole number from 1 to " + HIGHEST_LIMIT + ")");
        }
        return limit;
    }

    private static Optional<String> one(ServerRequest request, String name) {
        return known(() -> new Parameters(request).text(name));
    }

    private static <T> T known(Supplier<T> read) {
        try {
            return read.get();
        } catch (ErrorResponseException e) {
            throw DeployAnswers.known(e);
        }
    }

    private static ErrorResponseException bad(String detail) {
        return DeployAnswers.problem(HttpStatus.BAD_REQUEST, detail);
    }
}
