package dev.understudy.definitions;

import dev.understudy.openapi.EndpointLists;
import dev.understudy.openapi.Reading;
import dev.understudy.store.ChangeThread;
import dev.understudy.store.Format;
import dev.understudy.store.Store;
import dev.understudy.store.StoreAway;
import dev.understudy.store.StoreInUse;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;

/**
 * The APIs that were deployed, and the way to change them. What was deployed before is served before the listeners open,
 * and before the folder is read: it keeps its place. One thread makes one change at a time; a few more may wait for it. All
 * methods may be called from any thread, event loops included.
 */
public final class DeployedApis implements SmartLifecycle {

    /** How this source is called in definitions. */
    public static final String SOURCE = "deployed";

    /** How often it is tried to serve what could not be served. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(DeployedApis.class);

    // Just before the folder.
    private static final int PHASE = ApiFolder.PHASE - 1;

    private final Store store;
    private final Deployer deployer;
    private final ApiEditor editor;
    private final ListsEditor lists;
    private volatile List<DeployedApi> deployed = List.of();
    private volatile List<StoredApi> kept = List.of();
    private volatile long takenOver = -1;
    private volatile @Nullable ChangeThread thread;

    DeployedApis(Store store, Deployer deployer) {
        this.store = store;
        this.deployer = deployer;
        this.editor = new ApiEditor(deployer);
        this.lists = new ListsEditor(store, deployer, editor);
    }

    /** What is deployed, by name, version and host; also what cannot be served at the moment. */
    public List<DeployedApi> all() {
        return deployed;
    }

    /** The revision of the store up to which all changes are live here, or are told to be refused; -1: none. */
    public long takenOver() {
        return takenOver;
    }

    /** All that is kept, by id; also what was undeployed. */
    public List<StoredApi> kept() {
        return kept;
    }

    /** What is kept with this id; it may be undeployed. */
    public Optional<StoredApi> kept(String id) {
        return kept.stream().filter(api -> api.id().equals(id)).findFirst();
    }

    /**
     * Deploys a project on all virtual hosts that it names, or on none of them.
     *
     * @param zip of the project; not to be changed any more
     * @param override whether it may take the place of an earlier version of the same API
     * @param by who wants it
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Outcome> deploy(byte[] zip, boolean override, String by) {
        return change(() -> deployer.deploy(zip, override, by));
    }

    /** @return completes on a thread that must not be held up */
    public CompletableFuture<Outcome> undeploy(Undeploy what) {
        return change(() -> deployer.undeploy(what));
    }

    /**
     * Makes an API wholly what is said, or changes nothing.
     *
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Outcome> put(Put what) {
        return change(() -> editor.put(what));
    }

    /**
     * Undeploys an API wherever it is served; its revisions are kept.
     *
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Outcome> remove(String id, Condition condition) {
        return change(() -> editor.remove(id, condition));
    }

    /**
     * Makes an API what it was as an earlier revision, under a new number.
     *
     * @param by who wants it
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Outcome> restore(String id, int revision, Condition condition, String by) {
        return change(() -> editor.restore(id, revision, condition, by));
    }

    /**
     * What was deployed, once the changes before are made.
     *
     * @param revision empty: the latest one of an API that is deployed
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Outcome> content(String id, Optional<Integer> revision) {
        return change(() -> editor.content(id, revision));
    }

    /**
     * Reads what could be deployed, and changes nothing. Takes up to seconds for the largest: not for event loops.
     *
     * @return if it is accepted, with what it is known by as a project
     */
    public Reading read(Format format, byte[] content) {
        return deployer.reading(format, content);
    }

    /**
     * The lists of endpoints of an API, for those who want to change them.
     *
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Edit> lists(String id) {
        return edit(() -> lists.lists(id));
    }

    /**
     * Keeps what is wanted for later, whether it is any good or not.
     *
     * @param written the place that its author looked at; the others are as they were kept before
     * @param by who wants it
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Edit> keepDraft(
            String id, Edit.Seen seen, Edit.Wanted wanted, EndpointLists.Place written, String by) {
        return edit(() -> lists.keepDraft(id, seen, wanted, written, by));
    }

    /** @return completes on a thread that must not be held up */
    public CompletableFuture<Edit> discardDraft(String id, Edit.Seen seen) {
        return edit(() -> lists.discardDraft(id, seen));
    }

    /**
     * Says what would come of deploying an API with other lists of endpoints, all else as it is. Changes nothing.
     *
     * @param wanted asked on a thread that must not be held up, once it is known how the lists are
     * @param by who asks
     * @return {@link Edit.Tried}, or why there is nothing to try; completes on a thread that must not be held up
     */
    public CompletableFuture<Edit> tryLists(String id, Function<Edit.Lists, Edit.Wanted> wanted, String by) {
        return edit(() -> lists.tried(id, wanted, by));
    }

    /**
     * Deploys an API with other lists of endpoints, all else as it is.
     *
     * @param wanted asked on a thread that must not be held up, if nobody was faster
     * @param by who wants it
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Edit> deployLists(
            String id, Edit.Seen seen, Function<Edit.Lists, Edit.Wanted> wanted, String by) {
        return edit(() -> lists.deploy(id, seen, wanted, by));
    }

    @Override
    public void start() {
        try {
            deployer.start();
        } catch (StoreAway e) {
            log.error("What was deployed is not known", e);
            throw new InvalidConfigurationPropertyValueException(
                    e.key(),
                    null,
                    e.getMessage()
                            + ", and this gateway has no copy of what is deployed (expected: one that answers, or a copy of"
                            + " an earlier run in understudy.store.directory)");
        } catch (StoreInUse e) {
            throw refused("in use by another gateway (expected: a directory of its own for each gateway)");
        } catch (IOException e) {
            log.error("What was deployed cannot be read", e);
            throw refused("cannot be read (expected: a directory that the gateway may read and write)");
        }
        takenOver = store.revision();
        publish();
        ChangeThread made = new ChangeThread("deployed-apis");
        made.each(RETRY, this::retry);
        thread = made;
        store.follow(() -> made.later(Duration.ZERO, this::followOthers));
    }

    /** Ends when a change that is under way is live. */
    @Override
    public void stop() {
        ChangeThread ending = thread;
        if (ending == null) {
            return;
        }
        thread = null;
        try {
            if (!ending.end()) {
                log.warn("A change of what is deployed is still under way");
                return;
            }
            store.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("The store cannot be closed", e);
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private CompletableFuture<Outcome> change(Supplier<Outcome> change) {
        return make(change, Outcome.Busy::new);
    }

    private CompletableFuture<Edit> edit(Supplier<Edit> edit) {
        return make(edit, () -> new Edit.Other(new Outcome.Busy()));
    }

    private <T> CompletableFuture<T> make(Supplier<T> change, Supplier<T> busy) {
        ChangeThread changes = thread;
        return changes == null ? CompletableFuture.completedFuture(busy.get()) : changes.make(() -> made(change), busy);
    }

    private <T> T made(Supplier<T> change) {
        try {
            followOthers();
            return change.get();
        } finally {
            publish();
        }
    }

    private void followOthers() {
        try {
            long revision = store.revision();
            deployer.follow();
            takenOver = revision;
        } catch (IOException e) {
            // The store tells that it is away, and a change will be refused by it.
            log.debug("It cannot be told what others have deployed", e);
        } catch (RuntimeException | Error e) {
            log.error("What others have deployed cannot be served", e);
        }
        publish();
    }

    private void publish() {
        deployed = deployer.deployed();
        kept = deployer.stored().all();
    }

    private void retry() {
        try {
            deployer.retry();
        } catch (RuntimeException | Error e) {
            // The next time may do better; without this there would be none.
            log.error("What was deployed cannot be served", e);
        }
    }

    private static InvalidConfigurationPropertyValueException refused(String why) {
        return new InvalidConfigurationPropertyValueException("understudy.store.directory", null, why);
    }
}
