package dev.understudy.openapi;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.openapi.EndpointReader.Said;
import dev.understudy.openapi.UnusedExtensions.Level;
import dev.understudy.openapi.Value.Mapping;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.servers.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From a document to the {@link Api} that it describes. Which operations there are is swagger-parser's to say; what counts
 * for each, and where it stands, is read from the document.
 */
final class ApiReader {

    static final Set<String> METHODS = Stream.of(PathItem.HttpMethod.values())
            .map(method -> method.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> DOCUMENT = Set.of(
            "openapi",
            "swagger",
            "info",
            "servers",
            "paths",
            "components",
            "security",
            "tags",
            "externalDocs",
            "webhooks",
            "jsonSchemaDialect",
            "host",
            "basePath",
            "schemes",
            "consumes",
            "produces",
            "definitions",
            "parameters",
            "responses",
            "securityDefinitions");

    private static final Set<String> OPERATION = Set.of(
            "tags",
            "summary",
            "description",
            "externalDocs",
            "operationId",
            "parameters",
            "requestBody",
            "responses",
            "callbacks",
            "deprecated",
            "security",
            "servers",
            "consumes",
            "produces",
            "schemes");

    private static final Set<String> PATH_ITEM = Stream.concat(
                    METHODS.stream(), Stream.of("summary", "description", "servers", "parameters"))
            .collect(Collectors.toUnmodifiableSet());

    /** As in Choreo Connect. Possessive, since a long path would overflow the stack otherwise. */
    private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9~_.-]+)*+/?");

    /** RFC 9110 §5.6.2. */
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static final Set<String> NO_TOKEN_HEADERS =
            Set.of("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect");

    /** What requests an operation is for, whatever its path calls its segments. */
    private record Answered(String method, List<PathTemplate.Segment> segments) {}

    /** What a level and those above it say of endpoints. */
    private record Groups(Said production, Said sandbox) {

        Groups or(Groups above) {
            return new Groups(
                    production instanceof Said.Nothing ? above.production : production,
                    sandbox instanceof Said.Nothing ? above.sandbox : sandbox);
        }

        boolean none() {
            return production instanceof Said.Nothing && sandbox instanceof Said.Nothing;
        }
    }

    private final Mapping document;
    private final OpenAPI parsed;
    private final Surroundings around;
    private final Findings findings;
    private final EndpointReader endpoints;
    private final ServerReader servers;
    private final SecurityReader security;
    private final Defaults defaults;
    private final UnusedExtensions unused;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<Answered, Value.Place> placesByPath = new HashMap<>();

    ApiReader(Mapping document, OpenAPI parsed, Surroundings around, Defaults defaults, Findings findings) {
        this.document = document;
        this.parsed = parsed;
        this.around = around;
        this.findings = findings;
        this.endpoints = new EndpointReader(around.identity(document), around.trust(), defaults, findings);
        endpoints.findNamed(document);
        this.servers = new ServerReader(document.has("swagger"), endpoints);
        this.security = new SecurityReader(document, findings);
        this.defaults = defaults;
        this.unused = new UnusedExtensions(findings);
    }

    /** The API; of use only if no fault was found. */
    Optional<Api> read() {
        refuseSlips(document, DOCUMENT);
        unused.report(document, Level.API);
        Optional<String> name = around.name().or(() -> info("title"));
        Optional<String> version = around.version().or(() -> info("version"));
        Optional<String> basePath = basePath();
        String tokenHeader = tokenHeader();
        Optional<Cors> cors = new CorsReader(defaults, findings).read(document);
        Groups ofApi = ofApi();
        paths().forEach((path, item) -> readPath(path, item, ofApi));
        endpoints.readUnreferenced();
        if (operations.isEmpty() && !findings.hasFaults()) {
            findings.faultText(
                    document.get("paths").map(Value::place).orElse(document.place()),
                    "no operation (expected: at least one path with a method)");
        }
        if (findings.hasFaults() || name.isEmpty() || version.isEmpty() || basePath.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Api(
                name.get(),
                version.get(),
                basePath.get(),
                around.virtualHosts(),
                tokenHeader,
                cors,
                operations,
                around.defaultVersion() ? withoutVersion(basePath.get(), version.get()) : Optional.empty(),
                around.blocked(),
                Surroundings.info(document, "description").orElse("")));
    }

    private Map<String, Value> paths() {
        return document.get("paths")
                .flatMap(Value::asMapping)
                .map(Mapping::members)
                .orElse(Map.of());
    }

    private void readPath(String path, Value value, Groups ofApi) {
        Optional<Mapping> item = path.startsWith("x-") ? Optional.empty() : findings.mapping(value);
        Optional<PathTemplate> template = item.flatMap(there -> template(path, value));
        if (item.isEmpty() || template.isEmpty()) {
            return;
        }
        refuseSlips(item.get(), PATH_ITEM);
        unused.report(item.get(), Level.PATH);
        PathItem standard = Optional.ofNullable(parsed.getPaths())
                .map(paths -> paths.get(path))
                .orElseGet(PathItem::new);
        Groups ofPath = groups(item.get(), standard.getServers()).or(ofApi);
        Set<String> understood = new HashSet<>();
        standard.readOperationsMap().forEach((method, operation) -> {
            String name = method.name().toLowerCase(Locale.ROOT);
            understood.add(name);
            item.get().get(name).flatMap(findings::mapping).ifPresent(level -> {
                Groups groups = groups(level, operation.getServers()).or(ofPath);
                readOperation(method.name(), template.get(), level, item.get(), groups);
            });
        });
        refuseWhatWasPassedOver(item.get(), understood);
    }

    private void readOperation(String method, PathTemplate path, Mapping level, Mapping item, Groups groups) {
        refuseSlips(level, OPERATION);
        unused.report(level, Level.OPERATION);
        refuseTwice(method, path, level);
        if (groups.none()) {
            findings.faultText(
                    level.place(),
                    "no endpoints for " + method + " " + path + " (expected: " + EndpointReader.PRODUCTION + " or "
                            + EndpointReader.SANDBOX + " on the operation, its path or the API, or absolute servers)");
        }
        Optional<EndpointGroup> production = groups.production().group();
        Optional<EndpointGroup> sandbox = groups.sandbox().group();
        boolean speaksWebSocket =
                Stream.of(production, sandbox).flatMap(Optional::stream).anyMatch(EndpointGroup::webSocket);
        operations.add(new Operation(
                method,
                path,
                production,
                sandbox,
                security.access(level, item),
                flag(level, "x-understudy-idempotent"),
                webSocket(method, level) || (speaksWebSocket && method.equals("GET"))));
    }

    private Groups ofApi() {
        Groups own = groups(document, parsed.getServers(), around.production(), around.sandbox());
        return new Groups(
                own.production() instanceof Said.Nothing ? around.production().group() : own.production(),
                own.sandbox() instanceof Said.Nothing ? around.sandbox().group() : own.sandbox());
    }

    private Groups groups(Mapping level, @Nullable List<Server> own) {
        return groups(level, own, Configured.NOTHING, Configured.NOTHING);
    }

    private Groups groups(Mapping level, @Nullable List<Server> own, Configured ofProduction, Configured ofSandbox) {
        if (level.has(EndpointReader.PRODUCTION) || level.has(EndpointReader.SANDBOX)) {
            EndpointReader.MEMBERS.forEach(name -> level.get(name).ifPresent(this::refuseBeside));
        }
        Said production = endpoints.read(level, EndpointReader.PRODUCTION, ofProduction);
        boolean there = level.has("servers") || (level == document && level.has("host"));
        return new Groups(
                production instanceof Said.Nothing && there
                        ? servers.endpoints(own, ServerReader.placeOf(level), ofProduction)
                        : production,
                endpoints.read(level, EndpointReader.SANDBOX, ofSandbox));
    }

    // It would have no effect, and nobody would notice. Only the type is shown: another one may be a secret.
    private void refuseBeside(Value member) {
        String name = member.place().token();
        findings.faultText(
                member.place(),
                (name.equals("type") ? "type: " + member.shown() : name)
                        + " beside the list of endpoints (expected: within it, indented as deep as urls)");
    }

    private boolean webSocket(String method, Mapping level) {
        boolean declared = flag(level, "x-understudy-websocket");
        if (declared && !method.equals("GET")) {
            findings.faultText(
                    level.get("x-understudy-websocket").orElse(level).place(),
                    "true on " + method + " (expected: only on get, RFC 6455 §4.1)");
        }
        return declared;
    }

    private boolean flag(Mapping level, String name) {
        return level.get(name).flatMap(findings::bool).orElse(false);
    }

    private Optional<PathTemplate> template(String path, Value at) {
        try {
            return Optional.of(PathTemplate.parse(path));
        } catch (IllegalArgumentException e) {
            findings.faultText(at.place(), Value.shown(path) + " (" + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    // Names do not count: /pets/{id} and /pets/{name} are one path.
    private void refuseTwice(String method, PathTemplate path, Mapping level) {
        Value.Place before = placesByPath.putIfAbsent(new Answered(method, path.segments()), level.place());
        if (before != null) {
            findings.faultText(
                    level.place(),
                    method + " " + path + " is the same path as " + method + " on line " + before.line()
                            + " (expected: each method once for a path)");
        }
    }

    // What swagger-parser leaves out without a word must not be left out in silence.
    private void refuseWhatWasPassedOver(Mapping item, Set<String> understood) {
        item.members().forEach((name, value) -> {
            if (METHODS.contains(name) && !understood.contains(name) && !findings.faulty(value.place())) {
                findings.fault(value, "an operation");
            }
        });
    }

    private void refuseSlips(Mapping level, Set<String> known) {
        level.members().forEach((name, value) -> {
            Optional<String> meant =
                    known.contains(name) || name.startsWith("x-") ? Optional.empty() : Words.meant(name, known);
            meant.filter(word -> !name.equals("type"))
                    .ifPresent(word -> findings.faultText(
                            value.place(),
                            Value.shown(name) + " (expected: a member of OpenAPI" + Words.hint(meant) + ")"));
        });
    }

    private Optional<String> info(String name) {
        Optional<Value> value = document.get("info").flatMap(Value::asMapping).flatMap(info -> info.get(name));
        Value at = value.orElseGet(() -> document.get("info").orElse(document));
        Optional<String> text = Surroundings.info(document, name);
        if (text.isEmpty()) {
            findings.faultText(at.place(), "no info." + name + " (expected: the " + name + " of the API, as text)");
        }
        return text;
    }

    private Optional<String> basePath() {
        Optional<Value> own = document.get("x-wso2-basePath");
        if (own.isPresent()) {
            return findings.text(own.get()).flatMap(path -> checkedBasePath(own.get(), path, findings));
        }
        // Of a server without a path, "/" is written as often as nothing (RFC 3986 §6.2.3).
        Optional<String> path = servers.firstPath(parsed.getServers())
                .filter(there -> around.basePath().isEmpty() || !there.equals("/"));
        if (path.isEmpty() && around.basePath().isPresent()) {
            return around.basePath();
        }
        Value at = document.get("basePath").orElseGet(() -> ServerReader.placeOf(document));
        String text = path.orElse("/");
        return checkedBasePath(at, text.startsWith("/") ? text : "/" + text, findings);
    }

    /** The prefix for whichever version is the default one: the same without the version at its end. */
    static Optional<String> withoutVersion(String basePath, String version) {
        String end = "/" + version;
        if (!basePath.endsWith(end)) {
            return Optional.empty();
        }
        String path = basePath.substring(0, basePath.length() - end.length());
        return Optional.of(path.isEmpty() ? "/" : path);
    }

    static Optional<String> checkedBasePath(Value at, String path, Findings findings) {
        boolean dots = Stream.of(path.split("/")).anyMatch(segment -> segment.equals(".") || segment.equals(".."));
        if (!BASE_PATH.matcher(path).matches() || dots || path.isEmpty()) {
            findings.faultText(
                    at.place(),
                    "base path " + Value.shown(path)
                            + " (expected: '/', or segments of letters, digits, '~', '_', '.' and '-', each after a '/')");
            return Optional.empty();
        }
        return Optional.of(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    private String tokenHeader() {
        return document.get("x-wso2-auth-header")
                .flatMap(value -> tokenHeader(value, findings))
                .or(around::tokenHeader)
                .orElse("Authorization");
    }

    static Optional<String> tokenHeader(Value value, Findings findings) {
        return findings.orFault(
                value,
                value.asText()
                        .filter(name -> HEADER.matcher(name).matches()
                                && !NO_TOKEN_HEADERS.contains(name.toLowerCase(Locale.ROOT))),
                "the name of a header that can carry a token");
    }
}
