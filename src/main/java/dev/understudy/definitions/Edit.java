package dev.understudy.definitions;

import dev.understudy.openapi.EndpointLists;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.store.Draft;
import dev.understudy.store.StoredApi;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What came of somebody's looking at, or changing, the lists of endpoints of an API that is deployed. */
public sealed interface Edit {

    /**
     * What somebody has seen, on which a change depends.
     *
     * @param revision number of the latest one
     * @param draft tag of the draft; empty: there was none
     */
    record Seen(int revision, Optional<String> draft) {}

    /**
     * Lists that are to be others.
     *
     * @param lists by place; empty: the place is to have none of its own
     */
    record Wanted(Map<Place, Optional<Listed>> lists) {

        public Wanted {
            lists = Collections.unmodifiableMap(new LinkedHashMap<>(lists));
        }
    }

    /**
     * How they are.
     *
     * @param lists of the latest revision
     * @param draft what somebody wrote and did not deploy; empty: nothing
     * @param wanted what the draft says of places that are still there
     * @param overtaken places of the draft at which a revision since then has something else than its author saw, with what it
     *     has now
     */
    record Lists(
            StoredApi api,
            EndpointLists lists,
            Optional<Draft> draft,
            Wanted wanted,
            Map<Place, Optional<Listed>> overtaken)
            implements Edit {

        public Lists {
            overtaken = Collections.unmodifiableMap(new LinkedHashMap<>(overtaken));
        }

        /** What is to be sent back with a change. */
        public Seen seen() {
            return new Seen(api.latest().number(), draft.map(Draft::tag));
        }
    }

    /**
     * What would come of deploying other lists. Nothing was changed.
     *
     * @param now how they are
     */
    record Tried(Lists now, Outcome outcome) implements Edit {}

    /** The draft is kept. */
    record Kept(Draft draft) implements Edit {}

    /** There is no draft any more. */
    record Discarded() implements Edit {}

    /**
     * Somebody else was faster, and nothing was changed.
     *
     * @param now how it is
     * @param deployed places at which the latest revision has something else than the one that was seen, with what it has now;
     *     empty also if what was seen is not kept any more
     */
    record Overtaken(Lists now, Map<Place, Optional<Listed>> deployed) implements Edit {

        public Overtaken {
            deployed = Collections.unmodifiableMap(new LinkedHashMap<>(deployed));
        }
    }

    /** What came of deploying; or why it could not be done, whatever was asked for. */
    record Other(Outcome outcome) implements Edit {}
}
