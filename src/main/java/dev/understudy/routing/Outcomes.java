package dev.understudy.routing;

import dev.understudy.connection.Failures;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;

/** Reads from an error, and from how far the request had come, what became of an attempt. */
final class Outcomes {

    private Outcomes() {}

    static AttemptFailed failure(Throwable error, Transmission transmission) {
        Transmission.Stage stage = transmission.stage();
        if (stage == Transmission.Stage.CONNECTING) {
            return new AttemptFailed(new NotSent(connecting(error)), error);
        }
        if (stage == Transmission.Stage.CONNECTED) {
            Attempt attempt = new NotSent(NotSent.Reason.UNREACHABLE);
            return new AttemptFailed(attempt, transmission.usedBefore() ? new ClosedBeforeUse(error) : error);
        }
        return new AttemptFailed(new NoAnswer(answering(error, transmission)), error);
    }

    private static NotSent.Reason connecting(Throwable error) {
        return error instanceof Transmission.DeadlinePassed ? NotSent.Reason.DEADLINE : Failures.connecting(error);
    }

    private static NoAnswer.Reason answering(Throwable error, Transmission transmission) {
        if (error instanceof Transmission.DeadlinePassed) {
            return NoAnswer.Reason.DEADLINE;
        }
        NoAnswer.Reason reason = Failures.answering(error);
        return reason == NoAnswer.Reason.CLOSED && transmission.usedBefore() ? NoAnswer.Reason.STALE : reason;
    }
}
