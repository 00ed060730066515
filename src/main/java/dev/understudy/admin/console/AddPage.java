package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.ApiChanges;
import dev.understudy.admin.ApiIds;
import dev.understudy.admin.ApiRefusals;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.Place;
import dev.understudy.admin.Uploads;
import dev.understudy.admin.console.Candidates.Candidate;
import dev.understudy.definitions.Condition;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.definitions.Put;
import dev.understudy.openapi.Project;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Format;
import dev.understudy.store.Placement;
import dev.understudy.store.StoredApi;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Adding an API, or another version of one: what was sent is looked at first, and deployed when somebody has seen what would
 * come of it. In between it is a candidate.
 */
class AddPage {

    private final Console console;
    private final DeployedApis deployed;
    private final ApiChanges changes;
    private final Uploads uploads;
    private final Candidates candidates = new Candidates(System::nanoTime);

    AddPage(Console console, DeployedApis deployed, ApiChanges changes, Uploads uploads) {
        this.console = console;
        this.deployed = deployed;
        this.changes = changes;
        this.uploads = uploads;
    }

    @Bean
    RouterFunction<ServerResponse> addPageRoutes() {
        return RouterFunctions.route()
                .GET(Paths.ADD, request -> console.page(request, this::empty))
                .HEAD(Paths.ADD, request -> console.page(request, this::empty))
                .POST(Paths.ADD, this::look)
                .route(
                        RequestPredicates.path(Paths.ADD),
                        AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
                .add(console.form(
                        Paths.CANDIDATE,
                        (request, viewer) -> seen(candidate(request, viewer.name()), key(request), "", HttpStatus.OK),
                        (request, form) -> deploy(request)))
                .build();
    }

    /** What is in the form, and what is wrong with it. */
    private record Filled(String id, String text, String idFault, String contentFault, List<Place> faults) {

        Console.Page page(HttpStatusCode status, boolean exists) {
            Map<String, Object> values = new HashMap<>();
            values.put("title", exists ? "Deploy another version" : "Add API");
            values.put("id", id);
            values.put("text", text);
            values.put("idFault", idFault);
            values.put("contentFault", contentFault);
            values.put("faults", faults);
            values.put("idExpected", ApiIds.EXPECTED);
            return Console.Page.of("add", values).with(status);
        }
    }

    /** What came of looking at it. */
    private sealed interface Looked {

        /** @param key of the candidate */
        record Good(String key) implements Looked {}

        record Bad(Filled filled, HttpStatusCode status) implements Looked {}
    }

    private Console.Page empty(ServerRequest request, Console.Viewer viewer) {
        Optional<Candidate> candidate =
                request.queryParam("candidate").flatMap(key -> candidates.find(key, viewer.name()));
        String id = candidate
                .map(Candidate::id)
                .or(() -> request.queryParam("id").filter(ApiIds::isGivable))
                .orElse("");
        String text = candidate
                .filter(Candidate::pasted)
                .map(of -> new String(of.content(), StandardCharsets.UTF_8))
                .orElse("");
        return new Filled(id, text, "", "", List.of()).page(HttpStatus.OK, isDeployed(id));
    }

    private Mono<ServerResponse> look(ServerRequest request) {
        ServerWebExchange exchange = request.exchange();
        String by = AuditLog.user(exchange);
        return uploads.takeForm(exchange.getRequest(), form -> {
                    console.requireToken(exchange, form.field(Console.FORM_TOKEN));
                    return console.slowly(() -> look(form, by)).toFuture();
                })
                .flatMap(looked -> looked instanceof Looked.Good good
                        ? Console.goTo(Paths.candidate(good.key()))
                        : console.page(request, (asked, viewer) -> {
                            Looked.Bad bad = (Looked.Bad) looked;
                            return bad.filled()
                                    .page(bad.status(), isDeployed(bad.filled().id()));
                        }));
    }

    private Looked look(Uploads.Form form, String by) throws Exception {
        String id = form.field("id").strip();
        String text = form.field("text");
        boolean pasted = !text.isBlank();
        boolean chosen = form.file().length > 0;
        if (pasted == chosen) {
            return bad(new Filled(
                    id,
                    text,
                    "",
                    pasted
                            ? "There is a file and a text. Send one of them."
                            : "There is nothing to look at. Choose a file, or paste a document.",
                    List.of()));
        }
        if (!id.isEmpty() && !ApiIds.isGivable(id) && deployed.kept(id).isEmpty()) {
            return bad(new Filled(
                    id, text, "Not one that can be given. Expected: " + ApiIds.EXPECTED + ".", "", List.of()));
        }
        byte[] content = chosen ? form.file() : text.getBytes(StandardCharsets.UTF_8);
        Format format = Format.of(content);
        if (id.isEmpty()) {
            Reading reading = deployed.read(format, content);
            if (reading instanceof Reading.Refused refused) {
                return bad(id, text, refused.faults().size(), Place.of(refused.faults()));
            }
            id = proposed(((Reading.Accepted) reading).project().orElseThrow());
        }
        return look(id, text, pasted, format, content, by);
    }

    private Looked look(String id, String text, boolean pasted, Format format, byte[] content, String by)
            throws Exception {
        Optional<String> tag = deployed.kept(id).filter(AddPage::isDeployed).map(StoredApi::tag);
        Outcome outcome = Console.await(deployed.put(new Put(id, format, content, Condition.NONE, true, by)));
        if (outcome instanceof Applied would) {
            return new Looked.Good(
                    candidates.add(new Candidate(by, id, format, content, pasted, would, tag, candidates.now())));
        }
        if (outcome instanceof Outcome.Refused refused) {
            return bad(id, text, refused.faults().size(), Place.of(refused.faults()));
        }
        ErrorResponseException refusal = ApiRefusals.of(id, outcome);
        return new Looked.Bad(
                new Filled(id, text, "", String.valueOf(refusal.getBody().getDetail()), List.of()),
                refusal.getStatusCode());
    }

    private Mono<ServerResponse> deploy(ServerRequest request) {
        ServerWebExchange exchange = request.exchange();
        String by = AuditLog.user(exchange);
        Candidate candidate = candidate(request, by);
        Put put = new Put(
                candidate.id(),
                candidate.format(),
                candidate.content(),
                Condition.unchanged(candidate.tag()),
                false,
                by);
        return ApiChanges.waited(() -> changes.put(exchange, put)).flatMap(outcome -> {
            if (outcome instanceof Applied applied) {
                candidates.remove(key(request));
                return Console.goTo(request, Paths.api(candidate.id()), said(applied));
            }
            ErrorResponseException refusal = ApiRefusals.of(candidate.id(), outcome);
            return console.page(
                    request,
                    (asked, viewer) -> seen(
                            candidate,
                            key(request),
                            String.valueOf(refusal.getBody().getDetail()),
                            refusal.getStatusCode()));
        });
    }

    private static Console.Page seen(Candidate candidate, String key, String fault, HttpStatusCode status) {
        Applied would = candidate.would();
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Deploy " + candidate.id());
        values.put("key", key);
        values.put("id", candidate.id());
        values.put("fault", fault);
        values.put("result", would.result().name().toLowerCase(Locale.ROOT));
        values.put("revision", would.api().latest());
        values.put(
                "hosts",
                String.join(
                        ", ",
                        would.api().placements().stream()
                                .map(Placement::virtualHost)
                                .toList()));
        values.put("change", ChangesView.of(would.changes()));
        values.put("warnings", Place.of(would.warnings()));
        values.put("pasted", candidate.pasted());
        return Console.Page.of("candidate", values).with(status);
    }

    private Candidate candidate(ServerRequest request, String user) {
        return candidates
                .find(key(request), user)
                .orElseThrow(() -> AdminProblems.problem(
                        HttpStatus.NOT_FOUND,
                        "What was looked at is not kept any more: it is for " + Candidates.KEPT.toMinutes()
                                + " minutes, and only until it is deployed. Add it again."));
    }

    private static String said(Applied applied) {
        return applied.result() == Applied.Result.UNCHANGED
                ? "It was deployed like this already. Nothing was changed."
                : "Revision " + applied.api().latest().number() + " is deployed, and requests go to it.";
    }

    private boolean isDeployed(String id) {
        return deployed.kept(id).filter(AddPage::isDeployed).isPresent();
    }

    private static boolean isDeployed(StoredApi api) {
        return !api.placements().isEmpty();
    }

    private static Looked bad(Filled filled) {
        return new Looked.Bad(filled, HttpStatus.UNPROCESSABLE_CONTENT);
    }

    private static Looked bad(String id, String text, int count, List<Place> faults) {
        String sum = (count == 1 ? "One fault has" : count + " faults have") + " to go before it can be deployed.";
        return bad(new Filled(id, text, "", sum, faults));
    }

    private static String key(ServerRequest request) {
        return request.pathVariable("candidate");
    }

    /** Its own, else one that is made of its name. */
    private static String proposed(Project project) {
        if (project.ownId()) {
            return project.id();
        }
        String plain = Normalizer.normalize(project.name(), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String cut = plain.length() > 60 ? plain.substring(0, 60) : plain;
        return cut.isEmpty() ? "api" : cut;
    }
}
