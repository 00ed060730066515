package dev.understudy.definitions;

import dev.understudy.endpoint.Digest;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.Project;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Format;
import dev.understudy.store.News;
import dev.understudy.store.Overtaken;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import dev.understudy.store.Store;
import dev.understudy.store.StoreAway;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes what is deployed: read, checked, kept, live, in this order. Not for several threads at once. */
final class Deployer {

    // The lines are those of what others see.
    private static final Logger log = LoggerFactory.getLogger(DeployedApis.class);

    private final Store store;
    private final ProjectSources projects;
    private final ServedApis served;
    private final StoredApis stored = new StoredApis();

    Deployer(Store store, ProjectSources projects, ServedApis served) {
        this.store = store;
        this.projects = projects;
        this.served = served;
    }

    /** Serves what was deployed before. @throws IOException if it cannot be told what that is */
    void start() throws IOException {
        Store.Contents contents = store.open();
        contents.damaged().forEach(what -> log.error("Something that was kept is lost: {}", what));
        stored.putAll(contents.apis());
        served.serve(stored.deployed(), Set.of(), this::reading);
    }

    /** Takes over what others have deployed and undeployed. @throws IOException if it cannot be told what that is */
    void follow() throws IOException {
        News news = store.news();
        if (news.isEmpty()) {
            return;
        }
        Map<String, DeployedApi> before = byLabel();
        news.forgotten().forEach(stored::remove);
        stored.putAll(news.kept());
        Map<String, DeployedApi> now = byLabel();
        Set<String> gone = new TreeSet<>(before.keySet());
        gone.removeAll(now.keySet());
        List<DeployedApi> changed = now.entrySet().stream()
                .filter(each -> !isServedAlike(each.getValue(), before.get(each.getKey())))
                .map(Map.Entry::getValue)
                .toList();
        served.serve(changed, gone, this::reading);
        changed.forEach(each -> log.info(
                "{} was deployed on another gateway, by {}: revision {}",
                Finding.onOneLine(each.label()),
                Finding.onOneLine(each.revision().by()),
                each.revision().number()));
        gone.forEach(label -> log.info("{} was undeployed on another gateway", Finding.onOneLine(label)));
    }

    private Map<String, DeployedApi> byLabel() {
        Map<String, DeployedApi> deployed = new TreeMap<>();
        stored.deployed().forEach(each -> deployed.put(each.label(), each));
        return deployed;
    }

    private static boolean isServedAlike(DeployedApi one, @Nullable DeployedApi other) {
        return other != null
                && one.revision().archiveName().equals(other.revision().archiveName());
    }

    /** Tries again to serve what is deployed and could not be served so far. */
    void retry() {
        served.serve(served.without(stored.deployed()), Set.of(), this::reading);
    }

    /** By label. */
    List<DeployedApi> deployed() {
        return stored.deployed();
    }

    Outcome deploy(byte[] zip, boolean override, String by) {
        Reading reading = reading(Format.ZIP, zip);
        if (reading instanceof Reading.Refused refused) {
            return new Outcome.Refused(refused.faults(), refused.warnings());
        }
        Reading.Accepted accepted = (Reading.Accepted) reading;
        Project project = accepted.project().orElseThrow();
        Optional<StoredApi> byId = stored.withId(project.id());
        Optional<StoredApi> byName = stored.named(project.name(), project.version());
        if (byId.isPresent() && byName.isPresent() && !byId.equals(byName)) {
            return clashes(project.name() + " " + project.version() + " is deployed already, with another id than "
                    + project.id());
        }
        Optional<StoredApi> before = byId.or(() -> byName);
        List<String> taken = before.map(api -> hostsInCommon(api, project)).orElse(List.of());
        if (!override && !taken.isEmpty()) {
            return new Outcome.Exists(project.name(), project.version(), taken);
        }
        return deploy(before, accepted, project, zip, by);
    }

    Outcome undeploy(Undeploy what) {
        String name = what.name() + " " + what.version();
        Optional<StoredApi> found = stored.named(what.name(), what.version())
                .filter(api -> !api.placements().isEmpty());
        if (found.isEmpty()) {
            return new Outcome.NotFound(Finding.onOneLine(name + " is not deployed"));
        }
        StoredApi before = found.get();
        StoredApi after = before.at(before.placements().stream()
                .flatMap(placement -> what.left(before, placement).stream())
                .toList());
        List<String> hosts = before.placements().stream()
                .filter(placement -> !after.placements().contains(placement))
                .map(Placement::virtualHost)
                .toList();
        if (hosts.isEmpty()) {
            return new Outcome.NotFound(Finding.onOneLine(
                    name + " is deployed, but not " + what.where() + ": it is " + where(before.placements())));
        }
        return change(found, after, Optional.empty(), Map.of()).orElseGet(() -> {
            log.info("{} is taken from {}", Finding.onOneLine(name), String.join(", ", hosts));
            forgetTheOldest();
            return new Outcome.Undeployed(what.name(), what.version(), hosts);
        });
    }

    private Outcome deploy(
            Optional<StoredApi> before, Reading.Accepted accepted, Project project, byte[] zip, String by) {
        int number = before.map(api -> api.latest().number() + 1).orElse(1);
        Revision revision = revision(number, project, Format.ZIP, zip, by);
        List<Placement> placements = placements(project, number);
        // An id that is made of name and version is nobody's wish: that under which the API is known already stays.
        StoredApi after = before.map(api -> api.with(project.ownId() ? project.id() : api.id(), revision, placements))
                .orElseGet(() -> fresh(project.id(), revision, placements));
        if (stored.isOfAnother(after)) {
            return clashes(project.name() + " " + project.version() + " is deployed already, as another API");
        }
        return change(before, after, Optional.of(zip), readings(after, accepted))
                .orElseGet(() -> deployed(revision, placements, accepted));
    }

    private static Outcome deployed(Revision revision, List<Placement> placements, Reading.Accepted accepted) {
        int operations = accepted.api().operations().size();
        log.info(
                "{} {} is deployed by {}: revision {} at {} {}, with {} operations",
                Finding.onOneLine(revision.name()),
                Finding.onOneLine(revision.version()),
                Finding.onOneLine(revision.by()),
                revision.number(),
                Finding.onOneLine(revision.context()),
                Finding.onOneLine(where(placements)),
                operations);
        return new Outcome.Deployed(revision, placements, operations, accepted.warnings());
    }

    /** An API that is deployed for the first time. */
    static StoredApi fresh(String id, Revision revision, List<Placement> placements) {
        return new StoredApi(UUID.randomUUID().toString(), id, List.of(revision), placements);
    }

    /** What is served of the latest revision, by label. */
    static Map<String, Reading.Accepted> readings(StoredApi api, Reading.Accepted latest) {
        Map<String, Reading.Accepted> readings = new TreeMap<>();
        api.placements().stream()
                .filter(placement -> placement.revision() == api.latest().number())
                .forEach(placement -> readings.put(
                        new DeployedApi(api.id(), api.latest(), placement).label(),
                        latest.on(placement.virtualHost())));
        return readings;
    }

    /** Labels that are not there any more after a change. */
    static Set<String> gone(Optional<StoredApi> before, StoredApi after) {
        Set<String> gone = before.map(StoredApis::labels).orElseGet(TreeSet::new);
        gone.removeAll(StoredApis.labels(after));
        return gone;
    }

    ServedApis served() {
        return served;
    }

    StoredApis stored() {
        return stored;
    }

    /** The content of a revision. @throws IOException if it cannot be read, or is not what was deployed */
    byte[] content(Revision revision) throws IOException {
        return store.archive(revision);
    }

    /**
     * Makes a change.
     *
     * @param content of the latest revision; empty: that is kept already
     * @param changed what is served in another way than before, by label
     * @return what kept it from being made; empty: it is made
     */
    Optional<Outcome> change(
            Optional<StoredApi> before,
            StoredApi after,
            Optional<byte[]> content,
            Map<String, Reading.Accepted> changed) {
        try {
            Optional<String> clash =
                    served.change(changed, gone(before, after), () -> store.keep(after, content.orElse(null)));
            if (clash.isPresent()) {
                return clash.map(Outcome.Clashes::new);
            }
        } catch (IOException e) {
            log.error(
                    "{} cannot be kept: nothing is changed",
                    Finding.onOneLine(after.latest().name()),
                    e);
            return Optional.of(notKept(e));
        }
        stored.put(after);
        return Optional.empty();
    }

    /** Of what was undeployed. */
    void forgetTheOldest() {
        for (StoredApi api : stored.tooMany()) {
            try {
                store.forget(api);
                stored.remove(api.key());
            } catch (Overtaken e) {
                // The next change will do it.
                return;
            } catch (IOException e) {
                log.warn("An API that was undeployed cannot be forgotten: it is kept longer", e);
            }
        }
    }

    private Reading reading(Revision revision) {
        try {
            return reading(revision.format(), store.archive(revision));
        } catch (IOException e) {
            log.error(
                    "Revision {} of {} cannot be read: {}",
                    revision.number(),
                    Finding.onOneLine(revision.name()),
                    e.getMessage());
            return refused("its project is damaged or cannot be read (expected: as it was deployed; deploy it anew)");
        }
    }

    /** Whatever it is, and whatever is wrong with it. */
    Reading reading(Format format, byte[] content) {
        try {
            return projects.read(format, content);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // Whatever is wrong with this one, the others are not held back.
            log.error("Something that was to be deployed cannot be understood", e);
            return refused("it cannot be understood");
        }
    }

    private static Reading refused(String why) {
        return new Reading.Refused(List.of(new Finding("", 0, why)), List.of());
    }

    static Outcome clashes(String why) {
        return new Outcome.Clashes(Finding.onOneLine(why));
    }

    static Revision revision(int number, Project project, Format format, byte[] content, String by) {
        return new Revision(
                number,
                project.name(),
                project.version(),
                project.type(),
                project.context(),
                Digest.sha256(content),
                format,
                Instant.now(),
                by);
    }

    static List<Placement> placements(Project project, int revision) {
        Map<String, List<String>> environments = new TreeMap<>();
        project.deployments()
                .forEach(each -> environments
                        .computeIfAbsent(each.virtualHost(), host -> new ArrayList<>())
                        .add(each.environment()));
        return environments.entrySet().stream()
                .map(host -> new Placement(host.getKey(), host.getValue(), revision))
                .toList();
    }

    private static List<String> hostsInCommon(StoredApi api, Project project) {
        return api.placements().stream()
                .map(Placement::virtualHost)
                .filter(host -> project.deployments().stream()
                        .anyMatch(each -> each.virtualHost().equals(host)))
                .toList();
    }

    static String where(List<Placement> placements) {
        return placements.stream()
                .map(each -> "on " + each.virtualHost() + " in " + String.join(", ", each.environments()))
                .collect(Collectors.joining("; "));
    }

    static Outcome notKept(IOException e) {
        return e instanceof StoreAway away ? new Outcome.Away(away.what()) : new Outcome.NotKept(reason(e));
    }

    /** Without the path that such exceptions have in their messages. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException failed) {
            return failed.getReason() == null ? failed.getClass().getSimpleName() : failed.getReason();
        }
        String message = String.valueOf(e.getMessage());
        return message.contains("/") || message.contains("\\") ? e.getClass().getSimpleName() : message;
    }
}
