package dev.understudy.failover;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.RepeatBudget;
import dev.understudy.failover.Attempt.Answered;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import dev.understudy.problem.Problem;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The walk of one request along its group: which endpoint is asked, what follows from what came of it, and what that says
 * of the endpoint.
 * <p>
 * The rules are those of nginx, HAProxy and Caddy, and of RFC 9110 §9.2.2: what was not sent can go anywhere; what was
 * sent is sent again only where that does no harm. Confined to its request: not safe for use by many threads at once.
 */
public final class Failover {

    /** What to do now. */
    public sealed interface Decision {}

    /**
     * Ask this endpoint.
     *
     * @param fresh on a connection made for it, not on one that waited in the pool
     * @param pause to be waited for before; usually none
     */
    public record Ask(Member member, boolean fresh, Duration pause) implements Decision {}

    /** Pass on the answer in hand. */
    public record Deliver() implements Decision {}

    /** Give up, for this reason. */
    public record GiveUp(Failure failure) implements Decision {}

    /** What the caller is told when no endpoint's own answer can be passed on. */
    public enum Failure {
        /** Nothing was ever sent. */
        NOT_REACHED(Problem.NOT_REACHED),
        /** Nothing was ever sent, and operators hold every endpoint. */
        HELD(Problem.HELD_DOWN),
        /** The last one asked that was sent the request cut the connection, or sent no HTTP. */
        NO_ANSWER(Problem.NO_ANSWER),
        /** The last one asked that was sent the request did not answer in time. */
        TIMEOUT(Problem.TIMEOUT);

        private final Problem problem;

        Failure(Problem problem) {
            this.problem = problem;
        }

        /** The gateway's answer. */
        public Problem problem() {
            return problem;
        }
    }

    private static final long FIRST_PAUSE_MILLIS = 25;
    private static final long LONGEST_PAUSE_MILLIS = 250;
    private static final int NOBODY = -1;

    private final FailoverPolicy policy;
    private final RepeatBudget budget;
    private final List<Member> line;
    private final BooleanSupplier repeatable;
    private final Deadline deadline;
    private final BitSet asked = new BitSet();
    private Member current;
    private int attempts;
    private int repeatsHere;
    private int taken;
    private boolean refreshed;
    private boolean failing;
    private boolean ended;
    private @Nullable Failure sent;
    private Rule rule = Rule.FIRST_IN_LINE;

    /**
     * @param members those of the group
     * @param repeatable whether the request can be sent again: it is idempotent, or declared to be, and its body, if any,
     *     can be sent again. Asked when an attempt has failed, so that what is still being sent may end
     */
    public Failover(EndpointGroup group, List<Member> members, BooleanSupplier repeatable, Deadline deadline) {
        this(group.policy(), group.budget(), group.line(members), repeatable, deadline);
    }

    /** @param line the members of a group in the order of this request */
    Failover(
            FailoverPolicy policy,
            RepeatBudget budget,
            List<Member> line,
            BooleanSupplier repeatable,
            Deadline deadline) {
        this.policy = policy;
        this.budget = budget;
        this.line = line;
        this.repeatable = repeatable;
        this.deadline = deadline;
        this.current = line.get(0);
    }

    /** The endpoint to ask first, or that there is none. To be called once. */
    public Decision first() {
        budget.began();
        int next = next();
        return stops(obstacle(next)) ? giveUp() : ask(next, Rule.FIRST_IN_LINE);
    }

    /** What follows from the attempt that was just made. */
    public Decision after(Attempt attempt) {
        report(attempt);
        if (attempt instanceof Answered answered) {
            return afterAnswer(answered);
        }
        if (attempt instanceof NoAnswer noAnswer) {
            return afterNoAnswer(noAnswer.reason());
        }
        int next = next();
        return stops(obstacle(next)) ? giveUp() : ask(next, Rule.NOT_SENT);
    }

    /** The endpoints in the order in which they are to be asked; never empty. */
    public List<Member> line() {
        return line;
    }

    /** The rule that the last decision followed from. */
    public Rule rule() {
        return rule;
    }

    /** The answer that was passed on went out whole. */
    public void delivered() {
        if (!failing) {
            current.health().succeeded();
        }
    }

    /** The endpoint broke off the answer that was being passed on. */
    public void brokeOff() {
        current.health().failed();
    }

    /** No more is asked for this request, for whatever reason. To be called at least once; more do nothing. */
    public void end() {
        if (!ended) {
            ended = true;
            budget.ended(taken);
        }
    }

    /** How many endpoints have been asked so far, repeats included. */
    public int attempts() {
        return attempts;
    }

    private Decision afterAnswer(Answered answered) {
        if (repeatsAfter(answered)) {
            repeatsHere++;
            attempts++;
            rule = Rule.SAME_AGAIN;
            return new Ask(current, false, pause());
        }
        if (!policy.statuses().contains(answered.status())) {
            rule = Rule.ANSWER;
            return new Deliver();
        }
        int next = next();
        if (stops(obstacle(next)) || stops(obstacleToRepeat()) || stops(obstacleToMove(next))) {
            return new Deliver();
        }
        sent = answered.status() == 504 ? Failure.TIMEOUT : Failure.NO_ANSWER;
        return ask(next, Rule.REPEATABLE);
    }

    // One that says when to come back is not asked before.
    private boolean repeatsAfter(Answered answered) {
        return policy.repeats().statuses().contains(answered.status())
                && repeatsHere < policy.repeats().count()
                && answered.retryAfter().isEmpty()
                && !current.health().held()
                && repeatable.getAsBoolean()
                && deadline.left().toMillis() > LONGEST_PAUSE_MILLIS
                && takeFromBudget();
    }

    private Decision afterNoAnswer(NoAnswer.Reason reason) {
        boolean late = reason == NoAnswer.Reason.TIMEOUT || reason == NoAnswer.Reason.DEADLINE;
        sent = late ? Failure.TIMEOUT : Failure.NO_ANSWER;
        if (stops(obstacleToRepeat())) {
            return giveUp();
        }
        int next = next();
        if (reason == NoAnswer.Reason.STALE && next == NOBODY && mayRefresh()) {
            refreshed = true;
            attempts++;
            rule = Rule.FRESH_CONNECTION;
            return new Ask(current, true, Duration.ZERO);
        }
        return stops(obstacle(next)) || stops(obstacleToMove(next)) ? giveUp() : ask(next, Rule.REPEATABLE);
    }

    private boolean mayRefresh() {
        return !refreshed && !deadline.passed() && !current.health().held();
    }

    private GiveUp giveUp() {
        if (sent != null) {
            return new GiveUp(sent);
        }
        boolean allHeld = line.stream().allMatch(member -> member.health().held());
        return new GiveUp(allHeld ? Failure.HELD : Failure.NOT_REACHED);
    }

    private boolean stops(@Nullable Rule obstacle) {
        if (obstacle != null) {
            rule = obstacle;
        }
        return obstacle != null;
    }

    private @Nullable Rule obstacle(int next) {
        if (next == NOBODY) {
            return asked.cardinality() < line.size() ? Rule.HELD : Rule.NOBODY_LEFT;
        }
        return deadline.passed() ? Rule.DEADLINE_PASSED : null;
    }

    private @Nullable Rule obstacleToRepeat() {
        return repeatable.getAsBoolean() ? null : Rule.NOT_REPEATABLE;
    }

    // A move to an endpoint that itself failed just now is a repeat of a kind.
    private @Nullable Rule obstacleToMove(int next) {
        boolean may = !line.get(next).health().failedRecently() || takeFromBudget();
        return may ? null : Rule.BUDGET_SPENT;
    }

    private boolean takeFromBudget() {
        boolean taking = budget.take();
        taken += taking ? 1 : 0;
        return taking;
    }

    // Who is suspended is asked when nobody else is left, and who is held is not asked. To be called once for each
    // decision: it may be another one a moment later.
    private int next() {
        int last = NOBODY;
        for (int i = asked.nextClearBit(0); i < line.size(); i = asked.nextClearBit(i + 1)) {
            EndpointHealth health = line.get(i).health();
            if (health.held()) {
                continue;
            }
            if (!health.suspended() && (!health.onTrial() || repeatable.getAsBoolean())) {
                return i;
            }
            last = last == NOBODY ? i : last;
        }
        return last;
    }

    private Ask ask(int next, Rule why) {
        attempts++;
        rule = why;
        repeatsHere = 0;
        asked.set(next);
        current = line.get(next);
        return new Ask(current, false, Duration.ZERO);
    }

    private Duration pause() {
        long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << repeatsHere);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }

    private void report(Attempt attempt) {
        EndpointHealth health = current.health();
        if (attempt instanceof Answered answered) {
            failing = fails(answered.status());
            if (failing) {
                reportFailure(answered.status() == 503 ? answered.retryAfter() : Optional.empty(), health);
            }
        } else if (attempt.isFault(attempts == 1)) {
            reportFault(attempt, health);
        }
    }

    private static void reportFailure(Optional<Duration> retryAfter, EndpointHealth health) {
        retryAfter.ifPresentOrElse(health::failedAndRests, health::failed);
    }

    // A status of the caller's making is not the endpoint's fault, also where it moves the request on.
    private boolean fails(int status) {
        return status >= 500 && policy.statuses().contains(status);
    }

    private static void reportFault(Attempt fault, EndpointHealth health) {
        if (!(fault instanceof NotSent notSent)) {
            health.failed();
            return;
        }
        switch (notSent.reason()) {
            case CONNECT_TIMEOUT, DEADLINE -> health.connectTimedOut();
            default -> health.unreachable();
        }
    }
}
