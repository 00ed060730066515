package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.ApiChanges;
import dev.understudy.admin.ApiRefusals;
import dev.understudy.admin.Place;
import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.catalog.Definition;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Edit;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.store.Revision;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** From a draft of the endpoints of an API to what is served: a look at what would change, and what came of it. */
class EndpointsDeployPage {

    private final Console console;
    private final ApiDirectory directory;
    private final ListReader lists;
    private final ApiChanges changes;

    EndpointsDeployPage(Console console, ApiDirectory directory, DeployedApis deployed, ApiChanges changes) {
        this.console = console;
        this.directory = directory;
        this.lists = new ListReader(deployed);
        this.changes = changes;
    }

    @Bean
    RouterFunction<ServerResponse> endpointsDeployPageRoutes() {
        return console.slowForm(Paths.ENDPOINTS_DEPLOY, (request, viewer) -> review(request, viewer, ""), this::deploy)
                .and(console.page(Paths.ENDPOINTS_DEPLOYED, this::deployed));
    }

    private Console.Page review(ServerRequest request, Console.Viewer viewer, String fault) throws Exception {
        OneApi api = directory.one(request.pathVariable("id"), Instant.now());
        ListReader.Tried tried = lists.tried(api, levels -> levels.now().wanted(), viewer.name());
        Edit.Lists now = tried.levels().now();
        Map<String, Object> values = EndpointsPage.about(api, viewer);
        values.put("title", "Deploy the endpoints of " + api.row().name());
        values.put("seen", now.seen());
        values.put("draftTag", now.seen().draft().orElse(""));
        values.put("latest", now.api().latest().number());
        values.put("fault", fault);
        values.put("change", null);
        values.put("faults", List.of());
        values.put("warnings", List.of());
        values.put("unchanged", now.wanted().lists().isEmpty());
        values.put("draft", DraftView.of(now));
        values.put("overtaken", ListView.all(now.overtaken(), tried.levels()));
        values.put("latestBy", now.api().latest().by());
        if (tried.outcome() instanceof Applied applied) {
            values.put("change", ChangesView.of(applied.changes()));
            values.put("warnings", Place.of(applied.warnings()));
        } else if (tried.outcome() instanceof Outcome.Refused refused) {
            values.put("faults", Place.of(refused.faults()));
        } else {
            values.put("fault", why(api.row().id(), tried.outcome()));
        }
        return Console.Page.of("endpoints-deploy", values).with(fault.isEmpty() ? HttpStatus.OK : HttpStatus.CONFLICT);
    }

    // The draft that was seen is the one whose tag is right, so what is wanted is what was shown.
    private Mono<ServerResponse> deploy(ServerRequest request, MultiValueMap<String, String> sent) {
        String id = request.pathVariable("id");
        Edit.Seen seen = ListForm.seen(sent);
        return console.slowly(() -> directory.one(id, Instant.now()))
                .flatMap(api -> ApiChanges.waited(() -> changes.deployDraft(request.exchange(), id, seen))
                        .flatMap(edit -> answer(request, api, edit)));
    }

    private Mono<ServerResponse> answer(ServerRequest request, OneApi api, Edit edit) {
        if (edit instanceof Edit.Overtaken overtaken) {
            return console.slowPage(
                    request, (asked, viewer) -> OvertakenPage.page(api, viewer, overtaken, Optional.empty()));
        }
        Outcome outcome = ((Edit.Other) edit).outcome();
        String id = api.row().id();
        return outcome instanceof Applied
                ? Console.goTo(Paths.endpoints(id) + "/deployed")
                : console.slowPage(request, (asked, viewer) -> review(asked, viewer, why(id, outcome)));
    }

    private static String why(String id, Outcome outcome) {
        return String.valueOf(ApiRefusals.of(id, outcome).getBody().getDetail());
    }

    private Console.Page deployed(ServerRequest request, Console.Viewer viewer) {
        OneApi api = directory.one(request.pathVariable("id"), Instant.now());
        Revision latest = api.stored()
                .orElseThrow(() -> AdminProblems.problem(HttpStatus.NOT_FOUND, "It is one of the folder."))
                .latest();
        Map<String, Object> values = EndpointsPage.about(api, viewer);
        values.put("title", "Revision " + latest.number() + " of " + api.row().name());
        values.put("latest", latest.number());
        values.put("by", latest.by());
        values.put("at", When.of(latest.at(), Instant.now()));
        values.put(
                "live",
                api.served().isPresent()
                        && api.definitions().stream().allMatch(each -> each.state() == Definition.State.SERVED)
                        && api.stored().orElseThrow().placements().stream()
                                .allMatch(placement -> placement.revision() == latest.number()));
        values.put(
                "before",
                api.stored().orElseThrow().revisions().stream()
                        .map(Revision::number)
                        .filter(number -> number < latest.number())
                        .max(Comparator.naturalOrder())
                        .orElse(0));
        return Console.Page.of("endpoints-deployed", values);
    }
}
