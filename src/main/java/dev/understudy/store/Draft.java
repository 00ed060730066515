package dev.understudy.store;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists of endpoints that somebody wrote for an API and did not deploy yet. Not checked: it may be half done.
 *
 * @param api key of the API
 * @param tag another one each time it is kept
 * @param lists that are to be others than in that revision
 * @param at when it was kept
 * @param by who wrote it
 */
public record Draft(String api, String tag, List<Lists> lists, Instant at, String by) {

    /**
     * The list of one place of the document.
     *
     * @param path as it stands in the document; empty: the API
     * @param method in lower case; empty: the path, or the API
     * @param sandbox whether it is for sandbox requests, and not for those of production
     * @param own whether the place is to have a list of its own; if not, the rest says nothing
     * @param type as it is to be written; may be empty
     * @param limits by name
     * @param revision number of the latest one when it was written
     */
    public record Lists(
            String path,
            String method,
            boolean sandbox,
            boolean own,
            String type,
            List<String> urls,
            Map<String, String> limits,
            int revision) {

        public Lists {
            urls = List.copyOf(urls);
            limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        }
    }

    public Draft {
        lists = List.copyOf(lists);
    }
}
