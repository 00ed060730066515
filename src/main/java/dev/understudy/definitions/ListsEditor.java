package dev.understudy.definitions;

import dev.understudy.endpoint.Digest;
import dev.understudy.openapi.EndpointLists;
import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.openapi.Finding;
import dev.understudy.store.Draft;
import dev.understudy.store.Overtaken;
import dev.understudy.store.Revision;
import dev.understudy.store.Store;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the lists of endpoints of APIs that are deployed, by way of a draft or at once. Who changes what somebody else has
 * changed meanwhile is told so, and nothing is overwritten. Not for several threads at once.
 */
final class ListsEditor {

    // The lines are those of what others see.
    private static final Logger log = LoggerFactory.getLogger(DeployedApis.class);

    private static final int LONGEST_DRAFT = 1 << 20;
    private static final int TAG_BYTES = 8;

    private final Store store;
    private final Deployer deployer;
    private final ApiEditor editor;

    ListsEditor(Store store, Deployer deployer, ApiEditor editor) {
        this.store = store;
        this.deployer = deployer;
        this.editor = editor;
    }

    Edit lists(String id) {
        return ifDeployed(id, (now, document) -> now);
    }

    /** What would come of deploying what is wanted. Changes nothing. */
    Edit tried(String id, Function<Edit.Lists, Edit.Wanted> wanted, String by) {
        return ifDeployed(
                id, (now, document) -> new Edit.Tried(now, deploy(now, document, wanted.apply(now), true, by)));
    }

    /**
     * Keeps what is wanted for later, whether it is any good or not.
     *
     * @param written what its author looked at; the rest is as it was kept
     */
    Edit keepDraft(String id, Edit.Seen seen, Edit.Wanted wanted, Place written, String by) {
        return ifSeen(id, seen, (now, document) -> {
            Draft draft = draft(now, wanted, written, by);
            if (length(draft) > LONGEST_DRAFT) {
                return refused("a draft of more than " + LONGEST_DRAFT + " characters (expected: fewer)");
            }
            try {
                store.keep(draft);
                return new Edit.Kept(draft);
            } catch (IOException e) {
                return notKept(now.api(), e);
            }
        });
    }

    Edit discardDraft(String id, Edit.Seen seen) {
        return ifSeen(id, seen, (now, document) -> {
            if (now.draft().isEmpty()) {
                return new Edit.Discarded();
            }
            try {
                store.forget(now.draft().get());
                return new Edit.Discarded();
            } catch (IOException e) {
                return notKept(now.api(), e);
            }
        });
    }

    /** Deploys the API with what is wanted in the place of what its latest revision has. The draft goes with it. */
    Edit deploy(String id, Edit.Seen seen, Function<Edit.Lists, Edit.Wanted> wanted, String by) {
        return ifSeen(id, seen, (now, document) -> {
            Outcome outcome = deploy(now, document, wanted.apply(now), false, by);
            if (outcome instanceof Outcome.Applied) {
                now.draft().ifPresent(this::forgetDeployed);
            }
            return new Edit.Other(outcome);
        });
    }

    private Outcome deploy(Edit.Lists now, OpenApiDocument document, Edit.Wanted wanted, boolean dryRun, String by) {
        EndpointLists.Written written = now.lists().with(wanted.lists());
        if (written instanceof EndpointLists.Written.Refused no) {
            return new Outcome.Refused(no.faults(), List.of());
        }
        byte[] content = document.replacedBy(((EndpointLists.Written.Document) written).content());
        Condition unchanged = Condition.unchanged(Optional.of(now.api().tag()));
        return editor.put(new Put(now.api().id(), now.api().latest().format(), content, unchanged, dryRun, by));
    }

    private interface Change {
        Edit make(Edit.Lists now, OpenApiDocument document);
    }

    // The document is read once for all that is to be known of it: it may be a large one.
    private Edit ifDeployed(String id, Change change) {
        Optional<StoredApi> api = editor.deployed(id);
        if (api.isEmpty()) {
            return new Edit.Other(ApiEditor.notDeployed(id));
        }
        Optional<OpenApiDocument> document = document(api.get(), api.get().latest());
        Optional<EndpointLists> lists = document.flatMap(ListsEditor::lists);
        return lists.isEmpty()
                ? unreadable(api.get())
                : change.make(lists(api.get(), lists.get()), document.orElseThrow());
    }

    private Edit ifSeen(String id, Edit.Seen seen, Change change) {
        return ifDeployed(
                id,
                (now, document) -> now.seen().equals(seen)
                        ? change.make(now, document)
                        : new Edit.Overtaken(now, deployedSince(seen.revision(), now)));
    }

    private Map<Place, Optional<Listed>> deployedSince(int revision, Edit.Lists now) {
        Optional<EndpointLists> before =
                revision == now.api().latest().number() ? Optional.empty() : lists(now.api(), revision);
        if (before.isEmpty()) {
            return Map.of();
        }
        Map<Place, Optional<Listed>> changed = new LinkedHashMap<>();
        Set<Level> levels = new LinkedHashSet<>(now.lists().levels());
        levels.addAll(before.get().levels());
        for (Level level : levels) {
            for (Kind kind : Kind.values()) {
                Optional<Listed> there = now.lists().own(level, kind);
                if (!there.equals(before.get().own(level, kind))) {
                    changed.put(new Place(level, kind), there);
                }
            }
        }
        return changed;
    }

    /** Those of a revision; empty if it is not kept any more. */
    private Optional<EndpointLists> lists(StoredApi api, int revision) {
        return api.revisions().stream()
                .filter(each -> each.number() == revision)
                .findFirst()
                .flatMap(each -> document(api, each))
                .flatMap(ListsEditor::lists);
    }

    private Edit.Lists lists(StoredApi api, EndpointLists latest) {
        return store.drafts().stream()
                .filter(each -> each.api().equals(api.key()))
                .findFirst()
                .map(draft -> lists(api, latest, draft))
                .orElseGet(() -> new Edit.Lists(api, latest, Optional.empty(), new Edit.Wanted(Map.of()), Map.of()));
    }

    private Edit.Lists lists(StoredApi api, EndpointLists latest, Draft draft) {
        Map<Integer, Optional<EndpointLists>> seen = new HashMap<>();
        seen.put(api.latest().number(), Optional.of(latest));
        Map<Place, Optional<Listed>> wanted = new LinkedHashMap<>();
        Map<Place, Optional<Listed>> overtaken = new LinkedHashMap<>();
        draft.lists().forEach(each -> {
            Place place = place(each);
            Optional<Listed> now = latest.own(place.level(), place.kind());
            Optional<EndpointLists> begun = seen.computeIfAbsent(each.revision(), number -> lists(api, number));
            Optional<Listed> then = begun.flatMap(lists -> lists.own(place.level(), place.kind()));
            wanted.put(place, listed(each));
            // Of a revision that is gone nobody can tell any more, and then it is better to be told once too often.
            if (latest.levels().contains(place.level()) && begun.isPresent() && then.equals(now)) {
                return;
            }
            overtaken.put(place, now);
        });
        wanted.keySet().removeIf(place -> !latest.levels().contains(place.level()));
        return new Edit.Lists(api, latest, Optional.of(draft), new Edit.Wanted(wanted), overtaken);
    }

    private static Optional<EndpointLists> lists(OpenApiDocument document) {
        return EndpointLists.of(document.name(), document.content());
    }

    private Optional<OpenApiDocument> document(StoredApi api, Revision revision) {
        try {
            return OpenApiDocument.of(revision.format(), deployer.content(revision));
        } catch (IOException e) {
            log.error("Revision {} of {} cannot be read", revision.number(), Finding.onOneLine(api.id()), e);
            return Optional.empty();
        }
    }

    private static Edit unreadable(StoredApi api) {
        return new Edit.Other(new Outcome.NotRestored(
                api.latest().number(),
                List.of(new Finding("", 0, "there is no OpenAPI document in it that can be read (expected: one)"))));
    }

    private void forgetDeployed(Draft draft) {
        try {
            store.forget(draft);
        } catch (IOException | Overtaken e) {
            log.warn("A draft that was deployed is still kept", e);
        }
    }

    private static Edit refused(String why) {
        return new Edit.Other(new Outcome.Refused(List.of(new Finding("", 0, why)), List.of()));
    }

    private static Edit notKept(StoredApi api, IOException e) {
        log.error("The draft of {} cannot be kept", Finding.onOneLine(api.id()), e);
        return new Edit.Other(Deployer.notKept(e));
    }

    private static Draft draft(Edit.Lists now, Edit.Wanted wanted, Place written, String by) {
        List<Draft.Lists> lists = wanted.lists().entrySet().stream()
                .map(each -> lists(each.getKey(), each.getValue(), revision(now, each.getKey(), written)))
                .toList();
        String tag = Digest.sha256(UUID.randomUUID().toString(), TAG_BYTES);
        return new Draft(now.api().key(), tag, lists, Instant.now(), by);
    }

    // Whoever writes one list has not looked at the others.
    private static int revision(Edit.Lists now, Place place, Place written) {
        return now.draft().stream()
                .flatMap(draft -> draft.lists().stream())
                .filter(each -> !place.equals(written) && place(each).equals(place))
                .map(Draft.Lists::revision)
                .findFirst()
                .orElse(now.api().latest().number());
    }

    private static Draft.Lists lists(Place place, Optional<Listed> list, int revision) {
        return new Draft.Lists(
                place.level().path(),
                place.level().method(),
                place.kind() == Kind.SANDBOX,
                list.isPresent(),
                list.map(Listed::type).orElse(""),
                list.map(Listed::urls).orElse(List.of()),
                list.map(Listed::limits).orElse(Map.of()),
                revision);
    }

    private static Place place(Draft.Lists list) {
        return new Place(new Level(list.path(), list.method()), list.sandbox() ? Kind.SANDBOX : Kind.PRODUCTION);
    }

    private static Optional<Listed> listed(Draft.Lists list) {
        return list.own() ? Optional.of(Listed.of(list.type(), list.urls(), list.limits())) : Optional.empty();
    }

    private static long length(Draft draft) {
        return draft.lists().stream()
                .mapToLong(list -> 100
                        + list.path().length()
                        + list.method().length()
                        + list.type().length()
                        + list.urls().stream().mapToLong(String::length).sum()
                        + list.limits().values().stream()
                                .mapToLong(String::length)
                                .sum())
                .sum();
    }
}
