package dev.understudy.failover;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The walk of one request along its group: which endpoint is asked, and what follows from what came of it.
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
     */
    public record Ask(Endpoint endpoint, boolean fresh) implements Decision {}

    /** Pass on the answer in hand. */
    public record Deliver() implements Decision {}

    /** Give up, for this reason. */
    public record GiveUp(Failure failure) implements Decision {}

    /** What the caller is told when no endpoint's own answer can be passed on. */
    public enum Failure {
        /** Nothing was ever sent. */
        NOT_REACHED,
        /** The last one asked that was sent the request cut the connection, or sent no HTTP. */
        NO_ANSWER,
        /** The last one asked that was sent the request did not answer in time. */
        TIMEOUT
    }

    private final EndpointGroup group;
    private final List<Endpoint> line;
    private final BooleanSupplier repeatable;
    private int asked;
    private int attempts;
    private boolean refreshed;
    private @Nullable Failure sent;

    /**
     * @param repeatable whether the request could be sent again at the moment it is asked: it is idempotent, or declared
     *     to be, and its body, if any, can be sent again
     */
    public Failover(EndpointGroup group, BooleanSupplier repeatable) {
        this.group = group;
        this.line = group.line();
        this.repeatable = repeatable;
    }

    /** The endpoint to ask first. To be called once. */
    public Ask first() {
        return next();
    }

    /** What follows from the attempt that was just made. */
    public Decision after(Attempt attempt) {
        if (attempt instanceof Attempt.Answered answered) {
            return afterAnswer(answered.status());
        }
        if (attempt instanceof Attempt.NoAnswer noAnswer) {
            return afterNoAnswer(noAnswer.reason());
        }
        return moveOnOrGiveUp();
    }

    /** How many endpoints have been asked so far, repeats included. */
    public int attempts() {
        return attempts;
    }

    private Decision afterAnswer(int status) {
        if (!group.policy().statuses().contains(status) || !hasNext() || !repeatable.getAsBoolean()) {
            return new Deliver();
        }
        sent = status == 504 ? Failure.TIMEOUT : Failure.NO_ANSWER;
        return next();
    }

    private Decision afterNoAnswer(Attempt.NoAnswer.Reason reason) {
        sent = reason == Attempt.NoAnswer.Reason.TIMEOUT ? Failure.TIMEOUT : Failure.NO_ANSWER;
        if (!repeatable.getAsBoolean()) {
            return new GiveUp(sent);
        }
        if (reason == Attempt.NoAnswer.Reason.STALE && !hasNext() && !refreshed) {
            refreshed = true;
            attempts++;
            return new Ask(line.get(asked - 1), true);
        }
        return moveOnOrGiveUp();
    }

    private Decision moveOnOrGiveUp() {
        if (hasNext()) {
            return next();
        }
        return new GiveUp(sent == null ? Failure.NOT_REACHED : sent);
    }

    private boolean hasNext() {
        return asked < line.size();
    }

    private Ask next() {
        attempts++;
        return new Ask(line.get(asked++), false);
    }
}
