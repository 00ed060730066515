package dev.understudy.admin;

import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.definitions.Condition;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.definitions.Put;
import dev.understudy.store.Format;
import dev.understudy.store.StoredApi;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * APIs for people and pipelines: what is served, and changes of what is deployed. Named in the imports of the management
 * context, so it is no part of the traffic listeners.
 */
class ApisApi {

    static final String APIS = "/api/v1/apis";
    static final String API = APIS + "/{id}";
    static final String CONTENT = API + "/content";
    static final String REVISIONS = API + "/revisions";
    static final String REVISION_CONTENT = REVISIONS + "/{number}/content";
    static final String RESTORE = REVISIONS + "/{number}/restore";

    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");
    private static final Map<String, Format> FORMATS = Map.of(
            "application/zip", Format.ZIP,
            "application/x-zip-compressed", Format.ZIP,
            "application/yaml", Format.YAML,
            "application/x-yaml", Format.YAML,
            "text/yaml", Format.YAML,
            "application/openapi+yaml", Format.YAML,
            "application/vnd.oai.openapi", Format.YAML,
            "application/json", Format.JSON,
            "application/openapi+json", Format.JSON,
            "application/vnd.oai.openapi+json", Format.JSON);

    private final DeployedApis deployed;
    private final Definitions definitions;
    private final Uploads uploads;
    private final ApiChanges changes;
    private final ApiContents contents;
    private final AuditLog audit;

    ApisApi(
            DeployedApis deployed,
            Definitions definitions,
            Uploads uploads,
            ApiChanges changes,
            ApiContents contents,
            AuditLog audit) {
        this.deployed = deployed;
        this.definitions = definitions;
        this.uploads = uploads;
        this.changes = changes;
        this.contents = contents;
        this.audit = audit;
    }

    @Bean
    RouterFunction<ServerResponse> apisRoutes() {
        HandlerFunction<ServerResponse> latest = request -> contents.answer(id(request), Optional.empty());
        HandlerFunction<ServerResponse> earlier = request -> contents.answer(id(request), Optional.of(number(request)));
        return RouterFunctions.route()
                .add(AdminApi.read(APIS, request -> json(list())))
                .add(AdminApi.read(CONTENT, latest))
                .add(AdminApi.read(REVISIONS, this::revisions))
                .add(AdminApi.read(REVISION_CONTENT, earlier))
                .POST(RESTORE, this::restore)
                .route(RequestPredicates.path(RESTORE), AdminProblems.only(HttpMethod.POST))
                .GET(API, this::one)
                .HEAD(API, this::one)
                .PUT(API, this::put)
                .DELETE(API, this::remove)
                .route(
                        RequestPredicates.path(API),
                        AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE))
                .build();
    }

    private ApiAnswers.Apis list() {
        List<ApiAnswers.Summary> apis = new ArrayList<>();
        deployed.kept().stream()
                .filter(ApisApi::isDeployed)
                .forEach(api -> apis.add(ApiAnswers.summary(api, this::ofDeployed)));
        definitions.all().stream()
                .filter(ApisApi::isOfFolder)
                .forEach(definition -> apis.add(ApiAnswers.summary(ApiIds.FOLDER + definition.name(), definition)));
        apis.sort(Comparator.comparing(ApiAnswers.Summary::source).thenComparing(ApiAnswers.Summary::id));
        return new ApiAnswers.Apis(apis);
    }

    private Mono<ServerResponse> one(ServerRequest request) {
        String id = id(request);
        if (ApiIds.isOfFolder(id)) {
            return json(ApiAnswers.details(id, inFolder(id)));
        }
        StoredApi api = deployed.kept(id).filter(ApisApi::isDeployed).orElseThrow(() -> notDeployed(id));
        return unlessKnown(request, api, () -> json(ApiAnswers.details(api, this::ofDeployed), etag(api)));
    }

    private Mono<ServerResponse> revisions(ServerRequest request) {
        String id = id(request);
        StoredApi api = deployed.kept(id).orElseThrow(() -> notDeployed(id));
        return unlessKnown(request, api, () -> json(ApiAnswers.revisions(api), etag(api)));
    }

    private Mono<ServerResponse> put(ServerRequest request) {
        ServerWebExchange exchange = request.exchange();
        String id = id(request);
        boolean dryRun = new Parameters(request).flag("dryRun");
        return Mono.defer(() -> {
                    requireGivable(id);
                    Format format = format(request);
                    Condition condition = Preconditions.of(request);
                    String by = AuditLog.user(exchange);
                    return uploads.takeBody(exchange.getRequest(), content -> {
                        Put put = new Put(id, format, content, condition, dryRun, by);
                        return changes.put(exchange, put);
                    });
                })
                .doOnError(ErrorResponseException.class, refusal -> {
                    if (!dryRun) {
                        audit.done(exchange, "put", id, AuditLog.result(refusal));
                    }
                })
                .publishOn(Schedulers.parallel())
                .flatMap(outcome -> applied(request, id, outcome, dryRun));
    }

    private Mono<ServerResponse> remove(ServerRequest request) {
        String id = id(request);
        ApiIds.requireNotOfFolder(id);
        Condition condition = Preconditions.of(request);
        return ApiChanges.waited(() -> changes.remove(request.exchange(), id, condition))
                .flatMap(outcome -> outcome instanceof Outcome.Undeployed
                        ? ServerResponse.noContent().build()
                        : Mono.error(ApiRefusals.of(id, outcome)));
    }

    private Mono<ServerResponse> restore(ServerRequest request) {
        String id = id(request);
        ApiIds.requireNotOfFolder(id);
        int number = number(request);
        Condition condition = Preconditions.of(request);
        return ApiChanges.waited(() -> changes.restore(request.exchange(), id, number, condition))
                .flatMap(outcome -> applied(request, id, outcome, false));
    }

    private static Mono<ServerResponse> applied(ServerRequest request, String id, Outcome outcome, boolean dryRun) {
        if (!(outcome instanceof Applied applied)) {
            return Mono.error(ApiRefusals.of(id, outcome));
        }
        ApiAnswers.Change change = ApiAnswers.change(applied, dryRun);
        if (dryRun) {
            return json(change);
        }
        boolean isNew = applied.result() == Applied.Result.CREATED && request.method() == HttpMethod.PUT;
        ServerResponse.BodyBuilder answer = isNew
                ? ServerResponse.created(URI.create(APIS + "/" + UriUtils.encode(id, StandardCharsets.UTF_8)))
                : ServerResponse.ok();
        return answer.contentType(MediaType.APPLICATION_JSON)
                .headers(etag(applied.api()))
                .bodyValue(change);
    }

    private static Mono<ServerResponse> unlessKnown(
            ServerRequest request, StoredApi api, Supplier<Mono<ServerResponse>> answer) {
        return request.checkNotModified("\"" + api.tag() + "\"").switchIfEmpty(Mono.defer(answer));
    }

    private static Mono<ServerResponse> json(Object body) {
        return json(body, headers -> {});
    }

    private static Mono<ServerResponse> json(Object body, Consumer<HttpHeaders> headers) {
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .headers(headers)
                .bodyValue(body);
    }

    private static Consumer<HttpHeaders> etag(StoredApi api) {
        return headers -> headers.setETag("\"" + api.tag() + "\"");
    }

    private static Format format(ServerRequest request) {
        List<String> encodings = request.headers().header(HttpHeaders.CONTENT_ENCODING);
        if (!encodings.isEmpty()) {
            throw unsupported(
                    "Content-Encoding: " + Parameters.shown(String.join(", ", encodings)) + " (expected: none)");
        }
        return mediaType(request)
                .map(type -> FORMATS.get(type.getType() + "/" + type.getSubtype()))
                .orElseThrow(() -> unsupported("Content-Type: not there, or another one (expected: application/yaml or"
                        + " application/json with an OpenAPI document, or application/zip with a project)"));
    }

    private static Optional<MediaType> mediaType(ServerRequest request) {
        try {
            return request.headers().contentType();
        } catch (InvalidMediaTypeException e) {
            return Optional.empty();
        }
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }

    private static int number(ServerRequest request) {
        String text = request.pathVariable("number");
        if (!NUMBER.matcher(text).matches()) {
            throw Parameters.bad("number: " + Parameters.shown(text) + " (expected: that of a revision)");
        }
        return Integer.parseInt(text);
    }

    private void requireGivable(String id) {
        ApiIds.requireNotOfFolder(id);
        if (!ApiIds.isGivable(id) && deployed.kept(id).isEmpty()) {
            throw Parameters.bad("id: " + Parameters.shown(id) + " (expected: " + ApiIds.EXPECTED + ")");
        }
    }

    private Definition inFolder(String id) {
        return definitions.all().stream()
                .filter(ApisApi::isOfFolder)
                .filter(definition -> id.equals(ApiIds.FOLDER + definition.name()))
                .findFirst()
                .orElseThrow(() -> AdminProblems.problem(
                        HttpStatus.NOT_FOUND, "There is no " + Parameters.shown(id) + " in the folder of documents."));
    }

    private ErrorResponseException notDeployed(String id) {
        String kept = deployed.kept(id).isPresent() ? " It was undeployed; its revisions are kept." : "";
        return AdminProblems.problem(
                HttpStatus.NOT_FOUND, "No API with the id " + Parameters.shown(id) + " is deployed." + kept);
    }

    private static ErrorResponseException unsupported(String detail) {
        return AdminProblems.problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    private Optional<Definition> ofDeployed(String label) {
        return definitions.find(DeployedApis.SOURCE, label);
    }

    private static boolean isDeployed(StoredApi api) {
        return !api.placements().isEmpty();
    }

    private static boolean isOfFolder(Definition definition) {
        return !definition.source().equals(DeployedApis.SOURCE);
    }
}
