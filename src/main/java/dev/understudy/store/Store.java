package dev.understudy.store;

import dev.understudy.endpoint.Hold;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was deployed, what operators hold, and what was not finished. Whatever it says was kept is there after the next
 * start, whenever the gateway dies; what it did not say so of is there whole, or not at all. Not for event loops. Safe for use
 * by many threads, of which one is served at a time.
 *
 * <p>Several gateways may have one in common. Then each change is made to what its maker knows, or not at all: all methods
 * that keep and forget throw {@link Overtaken} if somebody else was faster.
 */
public interface Store extends Closeable {

    /**
     * What was found at the start.
     *
     * @param damaged for each thing that cannot be used any more: what it is, where it was put aside, and what follows
     */
    record Contents(List<StoredApi> apis, List<String> damaged) {

        public Contents {
            apis = List.copyOf(apis);
            damaged = List.copyOf(damaged);
        }
    }

    /**
     * All that is kept. To be asked once, before anything else.
     *
     * @throws IOException if it cannot be told what is kept
     */
    Contents open() throws IOException;

    /**
     * The project that a revision is of.
     *
     * @throws IOException if it cannot be read, or is not what was deployed: then it was put aside
     */
    byte[] archive(Revision revision) throws IOException;

    /**
     * Keeps an API in the place of what was kept of it before.
     *
     * @param archive the project of its latest revision; null: that is kept already
     * @throws IOException if that is not possible; what was kept stays
     */
    void keep(StoredApi api, byte @Nullable [] archive) throws IOException;

    /**
     * Forgets an API.
     *
     * @throws IOException if that is not possible; what was kept stays
     */
    void forget(StoredApi api) throws IOException;

    /**
     * What others have kept and forgotten of APIs since this was last asked, or since the start. It is said once. Nothing where
     * nobody else can write.
     *
     * @throws IOException if it cannot be told whether there is any
     */
    News news() throws IOException;

    /**
     * Tells whenever something was changed, of APIs or of what operators hold, by whomever, until this is closed.
     *
     * @param listener called by a thread of the store, or of whoever made the change, which must not be held up; now and then
     *     for nothing
     */
    void follow(Runnable listener);

    /** The one of {@link #snapshot}. */
    long revision();

    /** All that gateways are to serve and to hold at this moment, as far as it is known here. */
    Snapshot snapshot();

    /** Whether it cannot be reached, so that nothing can be changed. Never blocks. */
    boolean away();

    /** Why what there is elsewhere is not taken over; empty: it is. Never blocks. */
    default Optional<String> refusal() {
        return Optional.empty();
    }

    /** What operators hold, as it was found or kept last, by whomever. Also what is over by now. */
    List<Hold> holds();

    /**
     * Keeps others than before.
     *
     * @param before what {@link #holds} said
     * @throws IOException if that is not possible; what was kept stays
     */
    void keep(List<Hold> before, List<Hold> holds) throws IOException;

    /**
     * Keeps what processes say of themselves, each in the place of what it said before; for a while, and not for the next start.
     *
     * @throws IOException if that is not possible
     */
    void tell(List<Report> reports) throws IOException;

    /**
     * What was said last by all processes that have this in common, those that ended left out.
     *
     * @throws IOException if that cannot be told
     */
    List<Heard> heard() throws IOException;

    /** What was written for APIs and not deployed, one for an API at most; by whomever. */
    List<Draft> drafts();

    /**
     * Keeps a draft in the place of the one that was kept of its API before. It goes when the API is forgotten.
     *
     * @throws IOException if that is not possible; what was kept stays
     */
    void keep(Draft draft) throws IOException;

    /**
     * Forgets a draft.
     *
     * @throws IOException if that is not possible; what was kept stays
     */
    void forget(Draft draft) throws IOException;
}
