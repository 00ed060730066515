package dev.understudy.failover;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.RepeatBudget;
import dev.understudy.endpoint.Suspended;
import dev.understudy.endpoint.UntoldHealth;
import dev.understudy.endpoint.Vitals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What failover costs a request: which endpoint is asked, and what follows from what came of it. */
@State(Scope.Thread)
public class DecisionBenchmark {

    private static final Duration TIME = Duration.ofSeconds(10);

    private final FailoverPolicy policy = new FailoverPolicy(
            TIME,
            TIME,
            TIME,
            TIME,
            Optional.empty(),
            Set.of(502, 503, 504),
            FailoverPolicy.Repeats.NONE,
            new FailoverPolicy.Capacity(10, 10, 10),
            0,
            false,
            new FailoverPolicy.Suspension(3, Optional.empty(), TIME, TIME),
            new FailoverPolicy.Probe(TIME, TIME, Optional.empty(), false),
            false);
    private final RepeatBudget budget = new RepeatBudget(System::nanoTime);
    private final List<Member> line = List.of(member(1), member(2));
    private final Attempt answered = new Attempt.Answered(200, Optional.empty());
    private final Attempt refused = new Attempt.NotSent(Attempt.NotSent.Reason.REFUSED);

    private static Member member(int position) {
        return new Member(position, new Endpoint("http", "e" + position, 80, ""), new Healthy());
    }

    private Failover failover() {
        return new Failover(policy, budget, line, () -> true, new Deadline(TIME, System::nanoTime));
    }

    @Benchmark
    public Failover.Decision theFirstAnswers() {
        Failover failover = failover();
        failover.first();
        Failover.Decision decision = failover.after(answered);
        failover.delivered();
        failover.end();
        return decision;
    }

    @Benchmark
    public Failover.Decision theSecondStepsIn() {
        Failover failover = failover();
        failover.first();
        failover.after(refused);
        Failover.Decision decision = failover.after(answered);
        failover.delivered();
        failover.end();
        return decision;
    }

    /** One that nothing is known against, and never is. */
    private static final class Healthy implements UntoldHealth {

        @Override
        public boolean suspended() {
            return false;
        }

        @Override
        public Optional<Suspended> suspension() {
            return Optional.empty();
        }

        @Override
        public Optional<Hold> hold() {
            return Optional.empty();
        }

        @Override
        public boolean onTrial() {
            return false;
        }

        @Override
        public boolean failedRecently() {
            return false;
        }

        @Override
        public Vitals vitals() {
            throw new UnsupportedOperationException("Nobody looks after it");
        }
    }
}
