package dev.understudy.failover;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Member;
import dev.understudy.failover.Attempt.Answered;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What would become of a request that sets out now, if the same came of asking each endpoint. It is played by {@link
 * Failover} itself, on what is known of the endpoints now; they, their group's turn and its budget are not told of it.
 *
 * @param outcome what came of asking the first one; where nobody is asked, what would have
 * @param steps who is asked, in order, and by which rule; empty: operators hold all of them
 * @param end the rule that ends it
 * @param failure why the gateway answers itself; empty: the last endpoint's answer is passed on
 */
public record Forecast(Attempt outcome, List<Step> steps, Rule end, Optional<Failover.Failure> failure) {

    /** One that is asked. */
    public record Step(Member member, Rule why) {}

    /**
     * What comes of each attempt.
     *
     * @param takes how long until that is known
     * @param late the same, where less time than that is left of the deadline
     */
    private record Play(Duration takes, Attempt inTime, Attempt late) {

        static Play atOnce(Attempt attempt) {
            return new Play(Duration.ZERO, attempt, attempt);
        }
    }

    public Forecast {
        steps = List.copyOf(steps);
    }

    /**
     * A request for each kind of outcome: answered, the statuses that are listed, and the ways to fail.
     *
     * @param members those of the group
     * @param repeatable whether the request may be sent again, and its body can be
     */
    public static List<Forecast> all(EndpointGroup group, List<Member> members, boolean repeatable) {
        return plays(group.policy()).stream()
                .map(play -> play(group, members, repeatable, play))
                .toList();
    }

    /** The endpoints in the order in which a request would ask them that none of them gets. */
    public static List<Member> order(EndpointGroup group, List<Member> members, boolean repeatable) {
        return play(group, members, repeatable, Play.atOnce(new NotSent(NotSent.Reason.REFUSED))).steps().stream()
                .map(Step::member)
                .toList();
    }

    private static List<Play> plays(FailoverPolicy policy) {
        List<Play> plays = new ArrayList<>();
        plays.add(answered(200));
        plays.add(Play.atOnce(new NotSent(NotSent.Reason.REFUSED)));
        plays.add(new Play(
                policy.connectTimeout(),
                new NotSent(NotSent.Reason.CONNECT_TIMEOUT),
                new NotSent(NotSent.Reason.DEADLINE)));
        plays.add(Play.atOnce(new NoAnswer(NoAnswer.Reason.CLOSED)));
        plays.add(Play.atOnce(new NoAnswer(NoAnswer.Reason.STALE)));
        plays.add(new Play(
                policy.responseTimeout(),
                new NoAnswer(NoAnswer.Reason.TIMEOUT),
                new NoAnswer(NoAnswer.Reason.DEADLINE)));
        TreeSet<Integer> statuses = new TreeSet<>(policy.statuses());
        statuses.addAll(policy.repeats().statuses());
        statuses.forEach(status -> plays.add(answered(status)));
        return plays;
    }

    private static Play answered(int status) {
        return Play.atOnce(new Answered(status, Optional.empty()));
    }

    private static Forecast play(EndpointGroup group, List<Member> members, boolean repeatable, Play play) {
        long[] now = new long[1];
        Deadline deadline = new Deadline(group.policy().deadline(), () -> now[0]);
        Failover failover = new Failover(
                group.policy(),
                group.budget().copy(),
                group.lineAhead(members).stream().map(Untold::of).toList(),
                () -> repeatable,
                deadline);
        List<Step> steps = new ArrayList<>();
        List<Attempt> outcomes = new ArrayList<>();
        Failover.Decision decision = failover.first();
        while (decision instanceof Failover.Ask ask) {
            steps.add(new Step(ask.member(), failover.rule()));
            boolean late = deadline.left().compareTo(play.takes()) < 0;
            now[0] += (late ? deadline.left() : play.takes()).toNanos();
            outcomes.add(late ? play.late() : play.inTime());
            decision = failover.after(outcomes.get(outcomes.size() - 1));
        }
        failover.end();
        return new Forecast(
                outcomes.isEmpty() ? play.inTime() : outcomes.get(0),
                steps,
                failover.rule(),
                decision instanceof Failover.GiveUp giveUp ? Optional.of(giveUp.failure()) : Optional.empty());
    }
}
