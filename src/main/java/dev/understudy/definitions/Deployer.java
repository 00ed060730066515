package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.Project;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Digest;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import dev.understudy.store.Store;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes what is deployed: read, checked, kept, live, in this order. Not for several threads at once. */
final class Deployer {

    /** What was undeployed is kept so that it can be restored, but not of more APIs than this. */
    static final int MOST_UNDEPLOYED = 100;

    // The lines are those of what others see.
    private static final Logger log = LoggerFactory.getLogger(DeployedApis.class);
    private static final String SOURCE = "deployed";

    private final Store store;
    private final ProjectSources projects;
    private final ApiCatalog catalog;
    private final Definitions definitions;

    /** By the store's key. */
    private final Map<String, StoredApi> all = new TreeMap<>();

    /** What is deployed and not served, by its label, with the reason. */
    private final Map<String, List<String>> unserved = new HashMap<>();

    Deployer(Store store, ProjectSources projects, ApiCatalog catalog, Definitions definitions) {
        this.store = store;
        this.projects = projects;
        this.catalog = catalog;
        this.definitions = definitions;
    }

    /** Serves what was deployed before. @throws IOException if it cannot be told what that is */
    void start() throws IOException {
        Store.Contents contents = store.open();
        contents.damaged().forEach(what -> log.error("Something that was deployed is lost: {}", what));
        contents.apis().forEach(api -> all.put(api.key(), api));
        serve(deployed());
    }

    /** Tries again to serve what is deployed and could not be served so far. */
    void retry() {
        if (!unserved.isEmpty()) {
            serve(deployed().stream()
                    .filter(api -> unserved.containsKey(api.label()))
                    .toList());
        }
    }

    /** By label. */
    List<DeployedApi> deployed() {
        return all.values().stream()
                .flatMap(api -> api.placements().stream()
                        .map(placement -> new DeployedApi(api.id(), api.revision(placement.revision()), placement)))
                .sorted(Comparator.comparing(DeployedApi::label))
                .toList();
    }

    Outcome deploy(byte[] zip, boolean override, String by) {
        Reading reading = reading(zip);
        if (reading instanceof Reading.Refused refused) {
            return new Outcome.Refused(refused.faults(), refused.warnings());
        }
        Reading.Accepted accepted = (Reading.Accepted) reading;
        Project project = accepted.project().orElseThrow();
        Optional<StoredApi> byId = all.values().stream()
                .filter(api -> api.id().equals(project.id()))
                .findFirst();
        Optional<StoredApi> byName = find(project.name(), project.version());
        if (byId.isPresent() && byName.isPresent() && !byId.equals(byName)) {
            return new Outcome.Clashes(Finding.onOneLine(project.name() + " " + project.version()
                    + " is deployed already, with another id than " + project.id()));
        }
        Optional<StoredApi> before = byId.or(() -> byName);
        List<String> taken = before.stream()
                .flatMap(api -> api.placements().stream())
                .map(Placement::virtualHost)
                .filter(placements(project, 1)::containsKey)
                .toList();
        if (!override && !taken.isEmpty()) {
            return new Outcome.Exists(project.name(), project.version(), taken);
        }
        return deploy(before, accepted, project, zip, by);
    }

    Outcome undeploy(Undeploy what) {
        Optional<StoredApi> before = find(what.name(), what.version())
                .filter(api -> !api.placements().isEmpty());
        if (before.isEmpty()) {
            return new Outcome.NotFound(Finding.onOneLine(what.name() + " " + what.version() + " is not deployed"));
        }
        Map<String, Placement> left = new LinkedHashMap<>();
        List<String> hosts = new ArrayList<>();
        for (Placement placement : before.get().placements()) {
            Optional<Placement> after = without(placement, before.get(), what);
            after.ifPresent(kept -> left.put(kept.virtualHost(), kept));
            if (!after.equals(Optional.of(placement))) {
                hosts.add(placement.virtualHost());
            }
        }
        if (hosts.isEmpty()) {
            return new Outcome.NotFound(Finding.onOneLine(what.name() + " " + what.version() + " is deployed, but not "
                    + elsewhere(what) + ": it is on "
                    + before.get().placements().stream()
                            .map(each -> each.virtualHost() + " in " + String.join(", ", each.environments()))
                            .collect(Collectors.joining("; "))));
        }
        StoredApi after = before.get().at(List.copyOf(left.values()));
        return change(before, after, Optional.empty(), Map.of()).orElseGet(() -> undeployed(what, hosts));
    }

    private Outcome deploy(
            Optional<StoredApi> before, Reading.Accepted accepted, Project project, byte[] zip, String by) {
        int number = before.map(api -> api.latest().number() + 1).orElse(1);
        Revision revision = new Revision(
                number,
                project.name(),
                project.version(),
                project.type(),
                project.context(),
                Digest.sha256(zip),
                Instant.now(),
                by);
        List<Placement> placements = List.copyOf(placements(project, number).values());
        StoredApi after = before.map(api -> api.with(project.id(), revision, placements))
                .orElseGet(
                        () -> new StoredApi(UUID.randomUUID().toString(), project.id(), List.of(revision), placements));
        Map<String, Api> changed = new TreeMap<>();
        for (Placement placement : placements) {
            String label = DeployedApi.label(revision, placement.virtualHost());
            if (isOfAnother(label, after)) {
                return new Outcome.Clashes(Finding.onOneLine(label + " is deployed already, as another API"));
            }
            changed.put(label, accepted.api().on(Set.of(placement.virtualHost())));
        }
        return change(before, after, Optional.of(zip), changed).orElseGet(() -> {
            changed.forEach((label, api) -> served(label, api, accepted.warnings()));
            int operations = accepted.api().operations().size();
            log.info(
                    "{} {} is deployed by {}: revision {} at {} on {}, with {} operations",
                    Finding.onOneLine(revision.name()),
                    Finding.onOneLine(revision.version()),
                    Finding.onOneLine(by),
                    number,
                    Finding.onOneLine(revision.context()),
                    placements.stream().map(Placement::virtualHost).collect(Collectors.joining(", ")),
                    operations);
            return new Outcome.Deployed(revision, placements, operations, accepted.warnings());
        });
    }

    private Outcome undeployed(Undeploy what, List<String> hosts) {
        log.info(
                "{} {} is taken from {}",
                Finding.onOneLine(what.name()),
                Finding.onOneLine(what.version()),
                String.join(", ", hosts));
        forgetTheOldest();
        return new Outcome.Undeployed(what.name(), what.version(), hosts);
    }

    /** What kept it from being made; empty: it is made. */
    private Optional<Outcome> change(
            Optional<StoredApi> before, StoredApi after, Optional<byte[]> zip, Map<String, Api> changed) {
        Set<String> gone = new TreeSet<>(before.map(Deployer::labels).orElse(Set.of()));
        gone.removeAll(labels(after));
        try {
            Optional<String> clash = catalog.replace(SOURCE, changed, gone, () -> store.keep(after, zip.orElse(null)));
            if (clash.isPresent()) {
                return Optional.of(new Outcome.Clashes(Finding.onOneLine(clash.get())));
            }
        } catch (IOException e) {
            log.error(
                    "{} cannot be kept: nothing is changed",
                    Finding.onOneLine(after.latest().name()),
                    e);
            return Optional.of(new Outcome.NotKept(reason(e)));
        }
        all.put(after.key(), after);
        for (String label : gone) {
            unserved.remove(label);
            definitions.remove(SOURCE, label);
        }
        return Optional.empty();
    }

    // A rename on one host leaves what is on the others, so an API can go by several names.
    private Optional<StoredApi> find(String name, String version) {
        return all.values().stream()
                .filter(api -> (api.placements().isEmpty() ? List.of(api.latest()) : api.served())
                        .stream()
                                .anyMatch(revision -> revision.name().equals(name)
                                        && revision.version().equals(version)))
                .max(Comparator.comparing((StoredApi api) -> api.placements().size())
                        .thenComparing(api -> api.latest().at()));
    }

    private boolean isOfAnother(String label, StoredApi api) {
        return all.values().stream()
                .anyMatch(
                        other -> !other.key().equals(api.key()) && labels(other).contains(label));
    }

    private static Optional<Placement> without(Placement placement, StoredApi api, Undeploy what) {
        Revision revision = api.revision(placement.revision());
        boolean meant = revision.name().equals(what.name())
                && revision.version().equals(what.version())
                && what.virtualHost().map(placement.virtualHost()::equals).orElse(true);
        if (!meant) {
            return Optional.of(placement);
        }
        List<String> left = new ArrayList<>(placement.environments());
        left.removeAll(what.environments());
        return what.environments().isEmpty() || left.isEmpty()
                ? Optional.empty()
                : Optional.of(new Placement(placement.virtualHost(), left, placement.revision()));
    }

    private static String elsewhere(Undeploy what) {
        String environments = String.join(", ", new TreeSet<>(what.environments()));
        return what.virtualHost().map(host -> "on " + host).orElse("")
                + (what.virtualHost().isPresent() && !environments.isEmpty() ? " " : "")
                + (environments.isEmpty() ? "" : "in " + environments);
    }

    private static Map<String, Placement> placements(Project project, int revision) {
        Map<String, List<String>> environments = new TreeMap<>();
        project.deployments()
                .forEach(each -> environments
                        .computeIfAbsent(each.virtualHost(), host -> new ArrayList<>())
                        .add(each.environment()));
        Map<String, Placement> placements = new TreeMap<>();
        environments.forEach((host, names) -> placements.put(host, new Placement(host, names, revision)));
        return placements;
    }

    private static Set<String> labels(StoredApi api) {
        return api.placements().stream()
                .map(placement -> DeployedApi.label(api.revision(placement.revision()), placement.virtualHost()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void forgetTheOldest() {
        List<StoredApi> undeployed = all.values().stream()
                .filter(api -> api.placements().isEmpty())
                .sorted(Comparator.comparing(api -> api.latest().at()))
                .toList();
        for (StoredApi api : undeployed.subList(0, Math.max(0, undeployed.size() - MOST_UNDEPLOYED))) {
            try {
                store.forget(api);
                all.remove(api.key());
            } catch (IOException e) {
                log.warn("An API that was undeployed cannot be forgotten: it is kept longer", e);
            }
        }
    }

    private void serve(Collection<DeployedApi> wanted) {
        Map<String, Api> apis = new TreeMap<>();
        Map<String, List<Finding>> warnings = new HashMap<>();
        Map<String, Reading> readings = new HashMap<>();
        for (DeployedApi api : wanted) {
            Reading reading = readings.computeIfAbsent(api.revision().archive(), digest -> reading(api.revision()));
            if (reading instanceof Reading.Accepted accepted) {
                apis.put(api.label(), accepted.api().on(Set.of(api.placement().virtualHost())));
                warnings.put(api.label(), accepted.warnings());
            } else {
                unserved(api.label(), texts(((Reading.Refused) reading).faults()), reading.warnings());
            }
        }
        Map<String, String> refused = catalog.publish(SOURCE, apis, Set.of());
        apis.forEach((label, api) -> Optional.ofNullable(refused.get(label))
                .ifPresentOrElse(
                        why -> unserved(
                                label, List.of(Finding.onOneLine(why)), warnings.getOrDefault(label, List.of())),
                        () -> served(label, api, warnings.getOrDefault(label, List.of()))));
    }

    private void served(String label, Api api, List<Finding> warnings) {
        boolean again = unserved.remove(label) != null;
        if (again) {
            log.info("{} is served now", Finding.onOneLine(label));
        }
        definitions.put(new Definition(SOURCE, label, Optional.of(api), List.of(), texts(warnings), Instant.now()));
    }

    private void unserved(String label, List<String> why, List<Finding> warnings) {
        if (why.equals(unserved.put(label, why))) {
            return;
        }
        log.error(
                "{} was deployed, but cannot be served:{}",
                Finding.onOneLine(label),
                why.stream().map(each -> System.lineSeparator() + "  " + each).collect(Collectors.joining()));
        definitions.put(new Definition(SOURCE, label, Optional.empty(), why, texts(warnings), Instant.now()));
    }

    private Reading reading(Revision revision) {
        try {
            return reading(store.archive(revision));
        } catch (IOException e) {
            log.error(
                    "Revision {} of {} cannot be read: {}",
                    revision.number(),
                    Finding.onOneLine(revision.name()),
                    e.getMessage());
            return refused("its project is damaged or cannot be read: deploy it anew");
        }
    }

    private Reading reading(byte[] zip) {
        try {
            return projects.readArchive(zip);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // Whatever is wrong with this one, the others are not held back.
            log.error("A project cannot be understood", e);
            return refused("it cannot be understood");
        }
    }

    private static Reading refused(String why) {
        return new Reading.Refused(List.of(new Finding("", 0, why)), List.of());
    }

    private static List<String> texts(List<Finding> findings) {
        return findings.stream().map(Finding::toString).toList();
    }

    /** Without the path that such exceptions have in their messages. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException failed) {
            return failed.getReason() == null ? failed.getClass().getSimpleName() : failed.getReason();
        }
        String message = e.getMessage();
        return message == null || message.contains("/") || message.contains("\\")
                ? e.getClass().getSimpleName()
                : message;
    }
}
