package dev.understudy.catalog;

import java.util.List;
import java.util.SortedSet;

/** What the catalog says of a request. */
public sealed interface Match {

    /**
     * The operation the request is for.
     *
     * @param id of the operation's route; the same over reloads as long as host, path and method are the same
     * @param name of the operation: kept, since each request is told by it, and what it is made of is seldom near the processor
     */
    record Found(Api api, Operation operation, String id, String name) implements Match {

        /** The name of the exchange attribute. */
        public static final String ATTRIBUTE = Found.class.getName();

        public Found(Api api, Operation operation, String id) {
            this(api, operation, id, operation.name());
        }

        /** The same without what else its API has, and without its endpoints: for those who remember it for long. */
        public Found alone() {
            return new Found(api.with(List.of(operation.withoutEndpoints())), operation.withoutEndpoints(), id);
        }

        /** What each segment of a path must be, those of the base path first. */
        public List<PathTemplate.Segment> segments() {
            return Catalog.fullPath(api, operation);
        }
    }

    /** No API has this path. */
    record NoPath() implements Match {}

    /**
     * The path is there, but not with this method.
     *
     * @param allowed the methods it has; not empty
     */
    record NoMethod(Api api, SortedSet<String> allowed) implements Match {}
}
