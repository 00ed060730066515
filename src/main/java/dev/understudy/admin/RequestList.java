package dev.understudy.admin;

import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.RequestRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The last requests, in short.
 *
 * @param remembered how many there are, of which these are some
 * @param requests the latest first
 */
public record RequestList(int remembered, List<Entry> requests) {

    /**
     * @param ms from its head to the end of its answer
     * @param path without the query
     * @param api name and version; null: no operation was found
     * @param operation such as {@code GET /menu/{id}}; null: none was found
     * @param status of the answer; 0: there was none
     * @param code of the gateway's own answer; null: it is an endpoint's
     * @param endpoint 1-based place in the document's list of the one asked last; null: none was asked
     * @param attempts how often endpoints were asked
     * @param moved whether more than one endpoint was asked
     */
    public record Entry(
            String id,
            Instant at,
            double ms,
            String method,
            String path,
            @Nullable String api,
            @Nullable String operation,
            int status,
            @Nullable String code,
            String ending,
            @Nullable Integer endpoint,
            int attempts,
            boolean moved) {

        static Entry of(RequestRecord request) {
            List<AttemptRecord> attempts = request.attempts();
            return new Entry(
                    request.id(),
                    request.at(),
                    request.took().toNanos() / 1_000 / 1e3,
                    request.method(),
                    request.path(),
                    request.api().orElse(null),
                    request.operation().orElse(null),
                    request.status(),
                    request.code().orElse(null),
                    request.ending().name().toLowerCase(Locale.ROOT),
                    attempts.isEmpty()
                            ? null
                            : attempts.get(attempts.size() - 1).position(),
                    attempts.size(),
                    RequestList.moved(request));
        }
    }

    static RequestList of(List<RequestRecord> remembered, List<RequestRecord> listed) {
        return new RequestList(remembered.size(), listed.stream().map(Entry::of).toList());
    }

    /** Whether more than one endpoint was asked. */
    static boolean moved(RequestRecord request) {
        return request.attempts().stream()
                        .mapToInt(AttemptRecord::position)
                        .distinct()
                        .count()
                > 1;
    }

    /** Such as {@code 5xx}; {@code none} where there was no answer. */
    static String statusClass(RequestRecord request) {
        return request.status() == 0 ? "none" : request.status() / 100 + "xx";
    }
}
