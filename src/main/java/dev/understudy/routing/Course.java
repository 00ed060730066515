package dev.understudy.routing;

import dev.understudy.catalog.Admission;
import dev.understudy.catalog.Match;
import dev.understudy.endpoint.Member;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Rule;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Phase;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Standing;
import dev.understudy.journal.Trace;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * Gathers what happens to one request, while it happens. One for each request, left on the exchange for whoever learns
 * something. Written by one thread after the other.
 */
final class Course {

    /** The name of the exchange attribute. */
    static final String ATTRIBUTE = Course.class.getName();

    private final String id;
    private final Trace trace;
    private final Instant at;
    private final long began = System.nanoTime();
    private final List<AttemptRecord> attempts = new ArrayList<>(2);
    private List<Standing> line = List.of();
    private Progress progress = new Progress();
    private Rule why = Rule.FIRST_IN_LINE;
    private long asked = began;
    private @Nullable Refused refusal;
    private @Nullable Duration timeLeft;
    private volatile @Nullable Ending ending;
    private boolean told;

    /** @param at when it came */
    Course(String id, Instant at, Trace trace) {
        this.id = id;
        this.at = at;
        this.trace = trace;
    }

    static Course of(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(ATTRIBUTE);
    }

    String id() {
        return id;
    }

    Trace trace() {
        return trace;
    }

    /** The endpoints as they stand now, the first to be asked first. */
    void begins(List<Member> members) {
        List<Standing> standing = new ArrayList<>(members.size());
        for (Member member : members) {
            standing.add(Standing.of(member));
        }
        line = standing;
    }

    /** An endpoint is asked. @return where it is to be told how far that comes */
    Progress asks(Rule rule) {
        why = rule;
        asked = System.nanoTime();
        progress = new Progress();
        return progress;
    }

    /** What the endpoint that is asked now is sent: the caller's head, in this attempt's place of the trace. */
    RequestHead traced(RequestHead head, Failover.Ask ask) {
        Optional<Trace.Context> context = trace.asks(ask.member(), asked - began);
        return context.isPresent() ? head.in(context.get()) : head;
    }

    /** What came of it, and what follows from that. */
    void came(Failover.Ask ask, Attempt outcome, Rule next, Deadline deadline) {
        if (outcome instanceof Attempt.Answered) {
            progress.reachedAtLeast(Phase.HEAD_RECEIVED);
        }
        Member member = ask.member();
        attempts.add(new AttemptRecord(
                member.position(),
                member.url(),
                why,
                Duration.ofNanos(asked - began),
                Duration.ofNanos(System.nanoTime() - asked),
                progress.phase(),
                outcome,
                next));
        timeLeft = deadline.left();
    }

    /** How a WebSocket ended, which is seen by whoever carries it. What is said first counts. */
    void ends(Ending how) {
        if (ending == null) {
            ending = how;
        }
    }

    /** The gateway answers itself. */
    void refused(Refused with) {
        refusal = with;
    }

    /** All of it; empty if it was told before. */
    synchronized Optional<RequestRecord> tell(ServerWebExchange exchange, int status, Ending seen) {
        if (told) {
            return Optional.empty();
        }
        told = true;
        Ending how = ending;
        Optional<Admission> admission = Optional.ofNullable(exchange.getAttribute(Admission.ATTRIBUTE));
        InetSocketAddress peer = exchange.getRequest().getRemoteAddress();
        String host = exchange.getRequest().getHeaders().getFirst("Host");
        return Optional.of(new RequestRecord(
                id,
                at,
                Duration.ofNanos(System.nanoTime() - began),
                exchange.getRequest().getMethod().name(),
                exchange.getRequest().getURI().getRawPath(),
                host == null ? "" : host,
                peer == null || peer.getAddress() == null
                        ? ""
                        : peer.getAddress().getHostAddress(),
                Optional.ofNullable(exchange.getAttribute(Match.Found.ATTRIBUTE)),
                admission.flatMap(Admission::caller),
                admission.flatMap(Admission::keyType),
                line,
                attempts,
                status,
                Optional.ofNullable(refusal).map(Refused::problem).map(Problem::code),
                Optional.ofNullable(refusal).map(Refused::detail),
                how == null ? seen : how,
                Optional.ofNullable(timeLeft),
                trace.ids()));
    }
}
