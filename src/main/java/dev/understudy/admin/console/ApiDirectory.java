package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.ApiAnswers;
import dev.understudy.admin.ApiIds;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.catalog.OneLine;
import dev.understudy.definitions.DeployedApi;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.store.StoredApi;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** All APIs, as the pages have them: those that are deployed, those of the folder, and those that were taken away. */
final class ApiDirectory {

    private final DeployedApis deployed;
    private final Definitions definitions;
    private final HealthRegistry health;

    ApiDirectory(DeployedApis deployed, Definitions definitions, HealthRegistry health) {
        this.deployed = deployed;
        this.definitions = definitions;
        this.health = health;
    }

    /** In no order. */
    List<ApiRow> rows(Instant now) {
        List<ApiRow> rows = new ArrayList<>();
        deployed.kept().forEach(api -> rows.add(row(api, now)));
        definitions.all().stream()
                .filter(definition -> !definition.source().equals(DeployedApis.SOURCE))
                .forEach(definition -> rows.add(row(definition, now)));
        return rows;
    }

    /** Something that is served, or should be. @throws ErrorResponseException with 404 if there is none */
    OneApi one(String id, Instant now) {
        if (ApiIds.isOfFolder(id)) {
            Definition definition = definitions.all().stream()
                    .filter(each -> !each.source().equals(DeployedApis.SOURCE))
                    .filter(each -> id.equals(ApiIds.FOLDER + each.name()))
                    .findFirst()
                    .orElseThrow(() -> none(id, ""));
            return new OneApi(row(definition, now), Optional.empty(), definition.served(), List.of(definition));
        }
        StoredApi api = kept(id);
        if (api.placements().isEmpty()) {
            throw none(id, " It was undeployed; its revisions are kept.");
        }
        return new OneApi(
                row(api, now),
                Optional.of(api),
                ApiAnswers.served(api, this::ofDeployed),
                definitionsOf(api).toList());
    }

    /** What is served of an API; empty: nothing, or there is no such API. */
    Optional<Api> served(String id) {
        if (ApiIds.isOfFolder(id)) {
            return definitions.all().stream()
                    .filter(each -> !each.source().equals(DeployedApis.SOURCE))
                    .filter(each -> id.equals(ApiIds.FOLDER + each.name()))
                    .findFirst()
                    .flatMap(Definition::served);
        }
        return deployed.kept(id).flatMap(api -> ApiAnswers.served(api, this::ofDeployed));
    }

    /** What is kept of an API, also after it was taken away. @throws ErrorResponseException with 404 if there is none */
    StoredApi kept(String id) {
        return deployed.kept(id).orElseThrow(() -> none(id, ""));
    }

    private ApiRow row(StoredApi api, Instant now) {
        return new ApiRow(
                ApiAnswers.summary(api, this::ofDeployed),
                api.latest().name(),
                ApiAnswers.served(api, this::ofDeployed).map(served -> ServedBy.of(served, health, now)),
                definitionsOf(api)
                        .flatMap(definition -> definition.faults().stream())
                        .distinct()
                        .toList());
    }

    private ApiRow row(Definition definition, Instant now) {
        ApiAnswers.Summary summary = ApiAnswers.summary(ApiIds.FOLDER + definition.name(), definition);
        return new ApiRow(
                summary,
                Objects.requireNonNullElse(summary.name(), definition.name()),
                definition.served().map(served -> ServedBy.of(served, health, now)),
                definition.faults());
    }

    private Stream<Definition> definitionsOf(StoredApi api) {
        return api.placements().stream()
                .map(placement -> new DeployedApi(api.id(), api.revision(placement.revision()), placement))
                .flatMap(each -> ofDeployed(each.label()).stream());
    }

    private Optional<Definition> ofDeployed(String label) {
        return definitions.find(DeployedApis.SOURCE, label);
    }

    private static ErrorResponseException none(String id, String more) {
        String shown = OneLine.of(id.length() > 100 ? id.substring(0, 100) + "…" : id);
        return AdminProblems.problem(HttpStatus.NOT_FOUND, "No API with the id '" + shown + "' is deployed." + more);
    }

    /**
     * One API.
     *
     * @param stored empty: it is one of the folder
     * @param served what is served of it; empty: nothing
     * @param definitions what became of it, one for each virtual host
     */
    record OneApi(ApiRow row, Optional<StoredApi> stored, Optional<Api> served, List<Definition> definitions) {}
}
