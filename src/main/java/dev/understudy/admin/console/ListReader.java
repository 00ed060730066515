package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.ApiRefusals;
import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Edit;
import dev.understudy.definitions.Outcome;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.openapi.Finding;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** Reads the lists of APIs that are deployed. Reads whole documents, and waits for changes that are under way. */
final class ListReader {

    /** How the lists are, and what would come of deploying others. */
    record Tried(EndpointLevels levels, Outcome outcome) {}

    private final DeployedApis deployed;

    ListReader(DeployedApis deployed) {
        this.deployed = deployed;
    }

    /** @throws ErrorResponseException if there are none, or they cannot be read */
    EndpointLevels levels(OneApi api) throws Exception {
        Edit found = Console.await(deployed.lists(id(api)));
        if (found instanceof Edit.Lists now) {
            return new EndpointLevels(now, api.served());
        }
        throw ApiRefusals.of(id(api), ((Edit.Other) found).outcome());
    }

    /** With one reading of the document. @param wanted of how the lists are; must be quick */
    Tried tried(OneApi api, Function<EndpointLevels, Edit.Wanted> wanted, String by) throws Exception {
        Edit found = Console.await(
                deployed.tryLists(id(api), now -> wanted.apply(new EndpointLevels(now, api.served())), by));
        if (found instanceof Edit.Tried tried) {
            return new Tried(new EndpointLevels(tried.now(), api.served()), tried.outcome());
        }
        throw ApiRefusals.of(id(api), ((Edit.Other) found).outcome());
    }

    /** Ends with 404 unless the document has this place. */
    static void requireThere(EndpointLevels levels, Place place) {
        if (!levels.now().lists().levels().contains(place.level())) {
            throw AdminProblems.problem(
                    HttpStatus.NOT_FOUND,
                    "The document that is deployed has no " + Finding.shown(PlaceLinks.where(place))
                            + " (expected: one of its paths and operations). Nothing was changed.");
        }
    }

    private static String id(OneApi api) {
        return api.row().id();
    }
}
