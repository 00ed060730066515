package dev.understudy.journal;

import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One request, from its head to the end of its answer.
 *
 * @param id that of {@code X-Request-Id}
 * @param method as it came
 * @param path as it came, without the query, in which secrets may be
 * @param remote address of the peer, which may be a proxy
 * @param found the operation; empty: none was found, or looked for
 * @param caller who, as the claim that is configured says; empty: nobody had to say
 * @param keyType of the token; empty: no token was asked
 * @param line where the endpoints stood at the beginning, the first to be asked first; empty: none was to be asked
 * @param attempts in their order
 * @param status of the answer; 0: there was none
 * @param code of the gateway's own answer; empty: it is an endpoint's
 * @param detail what the gateway's own answer says; empty: it is an endpoint's
 * @param timeLeft of the deadline of all attempts, when the last one ended; empty: there was none
 * @param trace where it is found among traces; empty: none are made
 */
public record RequestRecord(
        String id,
        Instant at,
        Duration took,
        String method,
        String path,
        String host,
        String remote,
        Optional<Match.Found> found,
        Optional<String> caller,
        Optional<KeyType> keyType,
        List<Standing> line,
        List<AttemptRecord> attempts,
        int status,
        Optional<String> code,
        Optional<String> detail,
        Ending ending,
        Optional<Duration> timeLeft,
        Optional<Trace.Ids> trace) {

    public RequestRecord {
        line = List.copyOf(line);
        attempts = List.copyOf(attempts);
    }

    /** The method and template of its operation, such as {@code GET /menu/{id}}; empty: none was found. */
    public Optional<String> operation() {
        return found.map(Match.Found::name);
    }

    /** Whether the caller got a whole answer, and one that blames nobody but the caller. */
    public boolean succeeded() {
        return ending == Ending.WHOLE && status > 0 && status < 500;
    }

    /** Name and version of its API; empty: no operation was found. */
    public Optional<String> api() {
        return found.map(match -> match.api().name() + " " + match.api().version());
    }
}
