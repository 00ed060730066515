package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.Project;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Format;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import dev.understudy.store.StoreAway;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an API, by its id, wholly what somebody says that it is to be: on other virtual hosts nothing of it is left. Not for
 * several threads at once.
 */
final class ApiEditor {

    // The lines are those of what others see.
    private static final Logger log = LoggerFactory.getLogger(DeployedApis.class);

    private final Deployer deployer;
    private final ServedApis served;

    ApiEditor(Deployer deployer) {
        this.deployer = deployer;
        this.served = deployer.served();
    }

    Outcome put(Put what) {
        Optional<StoredApi> there = deployed(what.id());
        if (!what.condition().holds(there)) {
            return new Outcome.Unfit(there);
        }
        Reading reading = deployer.reading(what.format(), what.content());
        if (reading instanceof Reading.Refused refused) {
            return new Outcome.Refused(refused.faults(), refused.warnings());
        }
        Reading.Accepted accepted = (Reading.Accepted) reading;
        Project project = accepted.project().orElseThrow();
        if (project.ownId() && !project.id().equals(what.id())) {
            return new Outcome.Refused(List.of(otherId(project, what)), accepted.warnings());
        }
        return nameOfAnother(what.id(), project).orElseGet(() -> put(accepted, project, what));
    }

    Outcome remove(String id, Condition condition) {
        Optional<StoredApi> there = deployed(id);
        if (there.isEmpty()) {
            return notDeployed(id);
        }
        if (!condition.holds(there)) {
            return new Outcome.Unfit(there);
        }
        StoredApi before = there.get();
        return deployer.change(there, before.at(List.of()), Optional.empty(), Map.of())
                .orElseGet(() -> removed(before));
    }

    /** Serves an earlier revision again, wherever it says: as a new revision, so that numbers tell what came after what. */
    Outcome restore(String id, int number, Condition condition, String by) {
        Outcome found = content(id, Optional.of(number));
        if (!(found instanceof Outcome.Content content)) {
            return found;
        }
        Format format = content.revision().format();
        Outcome outcome = put(new Put(id, format, content.bytes(), condition, false, by));
        return outcome instanceof Outcome.Refused refused ? new Outcome.NotRestored(number, refused.faults()) : outcome;
    }

    /** @param number of the revision; empty: the latest one of an API that is deployed */
    Outcome content(String id, Optional<Integer> number) {
        Optional<StoredApi> api = number.isPresent() ? deployer.stored().withId(id) : deployed(id);
        if (api.isEmpty()) {
            return notDeployed(id);
        }
        Optional<Revision> revision = number.isEmpty()
                ? Optional.of(api.get().latest())
                : api.get().revisions().stream()
                        .filter(each -> each.number() == number.get())
                        .findFirst();
        return revision.map(found -> content(api.get(), found)).orElseGet(() -> noRevision(api.get(), number));
    }

    private Outcome content(StoredApi api, Revision revision) {
        try {
            return new Outcome.Content(revision, api.tag(), deployer.content(revision));
        } catch (StoreAway e) {
            log.warn("Revision {} of {} cannot be read now", revision.number(), Finding.onOneLine(api.id()), e);
            return Deployer.notKept(e);
        } catch (IOException e) {
            log.error("Revision {} of {} cannot be read", revision.number(), Finding.onOneLine(api.id()), e);
            String why = "what was deployed is damaged or cannot be read (expected: as it was deployed)";
            return new Outcome.NotRestored(revision.number(), List.of(new Finding("", 0, why)));
        }
    }

    private Outcome put(Reading.Accepted accepted, Project project, Put what) {
        Optional<StoredApi> before = deployer.stored().withId(what.id());
        StoredApi after = after(before, project, what);
        Map<String, Reading.Accepted> readings = Deployer.readings(after, accepted);
        Changes changes = changes(before, readings, after);
        if (before.isPresent() && isAlready(before.get(), after) && changes.none()) {
            return new Applied(before.get(), Applied.Result.UNCHANGED, changes, accepted.warnings());
        }
        Applied.Result result =
                before.filter(ApiEditor::isDeployed).isPresent() ? Applied.Result.REPLACED : Applied.Result.CREATED;
        Applied applied = new Applied(after, result, changes, accepted.warnings());
        if (what.dryRun()) {
            return served.clash(readings, Deployer.gone(before, after))
                    .<Outcome>map(Outcome.Clashes::new)
                    .orElse(applied);
        }
        return deployer.change(before, after, Optional.of(what.content()), readings)
                .orElseGet(() -> told(applied));
    }

    private static StoredApi after(Optional<StoredApi> before, Project project, Put what) {
        int number = before.map(api -> api.latest().number() + 1).orElse(1);
        Revision revision = Deployer.revision(number, project, what.format(), what.content(), what.by());
        List<Placement> placements = Deployer.placements(project, number);
        return before.map(api -> api.at(List.of()).with(api.id(), revision, placements))
                .orElseGet(() -> Deployer.fresh(what.id(), revision, placements));
    }

    // That it is also read as before is for the changes to say: a secret that it names may be another one now.
    /** Whether it is kept with the same content in the same places. */
    private boolean isAlready(StoredApi before, StoredApi after) {
        Revision kept = before.latest();
        List<Placement> same = after.placements().stream()
                .map(at -> new Placement(at.virtualHost(), at.environments(), kept.number()))
                .toList();
        return kept.archive().equals(after.latest().archive())
                && kept.format() == after.latest().format()
                && before.placements().equals(same);
    }

    private Changes changes(Optional<StoredApi> before, Map<String, Reading.Accepted> readings, StoredApi after) {
        Map<String, Api> fresh = new TreeMap<>();
        StoredApis.deployed(after)
                .forEach(api -> Optional.ofNullable(readings.get(api.label()))
                        .ifPresent(reading -> fresh.put(api.placement().virtualHost(), reading.api())));
        return Changes.between(before.map(this::served).orElse(Map.of()), fresh);
    }

    /** What is served of it, by virtual host. */
    private Map<String, Api> served(StoredApi api) {
        Map<String, Api> apis = new TreeMap<>();
        StoredApis.deployed(api)
                .forEach(each -> served.at(each.label())
                        .ifPresent(live -> apis.put(each.placement().virtualHost(), live)));
        return apis;
    }

    private Outcome removed(StoredApi before) {
        Revision latest = before.latest();
        List<String> hosts =
                before.placements().stream().map(Placement::virtualHost).toList();
        log.info("{} is taken from {}", Finding.onOneLine(before.id()), String.join(", ", hosts));
        deployer.forgetTheOldest();
        return new Outcome.Undeployed(latest.name(), latest.version(), hosts);
    }

    private static Outcome told(Applied applied) {
        Revision revision = applied.api().latest();
        log.info(
                "{} is deployed by {}: {} {}, revision {} at {} {}",
                Finding.onOneLine(applied.api().id()),
                Finding.onOneLine(revision.by()),
                Finding.onOneLine(revision.name()),
                Finding.onOneLine(revision.version()),
                revision.number(),
                Finding.onOneLine(revision.context()),
                Finding.onOneLine(Deployer.where(applied.api().placements())));
        return applied;
    }

    // Two ids of one name would leave it to chance which of them apictl means.
    private Optional<Outcome> nameOfAnother(String id, Project project) {
        return deployer.stored()
                .named(project.name(), project.version())
                .filter(api -> isDeployed(api) && !api.id().equals(id))
                .map(api -> Deployer.clashes(
                        project.name() + " " + project.version() + " is deployed already, with the id " + api.id()));
    }

    Optional<StoredApi> deployed(String id) {
        return deployer.stored().withId(id).filter(ApiEditor::isDeployed);
    }

    private static boolean isDeployed(StoredApi api) {
        return !api.placements().isEmpty();
    }

    private static Finding otherId(Project project, Put what) {
        return new Finding(
                "api.yaml",
                "/data/id",
                0,
                Finding.onOneLine(
                        "'" + project.id() + "' (expected: the id in the path, '" + what.id() + "', or none)"));
    }

    static Outcome notDeployed(String id) {
        return new Outcome.NotFound(Finding.onOneLine("No API with the id '" + id + "' is deployed."));
    }

    private static Outcome noRevision(StoredApi api, Optional<Integer> number) {
        String kept = api.revisions().stream()
                .map(revision -> String.valueOf(revision.number()))
                .collect(Collectors.joining(", "));
        return new Outcome.NotFound(Finding.onOneLine("Revision " + number.orElse(0) + " of '" + api.id()
                + "' is not kept (expected: one of " + kept + ")."));
    }
}
