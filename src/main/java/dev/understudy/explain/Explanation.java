package dev.understudy.explain;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Forecast;
import dev.understudy.journal.Outcome;
import dev.understudy.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request now.
 *
 * @param outcome {@code forwarded}: it goes to endpoints, with a token where one is asked for; {@code answered} or {@code
 *     refused}: the gateway answers
 * @param text why, in sentences
 * @param status of the gateway's answer; null: it is forwarded
 * @param code of the gateway's answer; null: it is forwarded, or the answer has none
 * @param allowed the methods that the path has; empty where that is not why
 * @param virtualHost whose APIs it can find; null: those for every host that has none of its own
 * @param operation null: none was found
 * @param security null: no operation was found
 * @param repeatable whether it may be sent again to another endpoint; null: it is not forwarded
 * @param list the list that it goes to; null: it is not forwarded
 * @param line the endpoints in the order in which they are asked; empty: it is not forwarded
 * @param outcomes what would follow if the same came of asking each endpoint
 */
public record Explanation(
        String outcome,
        List<String> text,
        @Nullable Integer status,
        @Nullable String code,
        List<String> allowed,
        @Nullable String virtualHost,
        @Nullable OperationFound operation,
        @Nullable Security security,
        @Nullable Boolean repeatable,
        @Nullable Targets list,
        List<Place> line,
        List<Branch> outcomes) {

    /**
     * The list that a request goes to, and its policy.
     *
     * @param type {@code failover} or {@code load_balance}
     * @param eventStreamIdleTimeoutMs null: event streams may be silent for ever
     * @param statuses that move a request on
     * @param repeats how often the same endpoint is asked again
     * @param repeatsAfter statuses after which it is
     * @param replayLimitBytes how much of a body is kept
     * @param connections at one endpoint at most; so for requests, and requests that wait
     */
    public record Targets(
            String name,
            String type,
            long connectTimeoutMs,
            long responseTimeoutMs,
            long deadlineMs,
            long idleTimeoutMs,
            @Nullable Long eventStreamIdleTimeoutMs,
            List<Integer> statuses,
            int repeats,
            List<Integer> repeatsAfter,
            long replayLimitBytes,
            boolean trustIdempotencyKey,
            int connections,
            int requests,
            int waiting,
            int suspendAfter,
            boolean exposeHeaders) {

        static Targets of(EndpointGroup group) {
            FailoverPolicy policy = group.policy();
            return new Targets(
                    group.name(),
                    Told.lower(group.type()),
                    policy.connectTimeout().toMillis(),
                    policy.responseTimeout().toMillis(),
                    policy.deadline().toMillis(),
                    policy.idleTimeout().toMillis(),
                    policy.eventStreamIdleTimeout()
                            .map(timeout -> timeout.toMillis())
                            .orElse(null),
                    sorted(policy.statuses()),
                    policy.repeats().count(),
                    sorted(policy.repeats().statuses()),
                    policy.replayLimitBytes(),
                    policy.trustIdempotencyKey(),
                    policy.capacity().connections(),
                    policy.capacity().requests(),
                    policy.capacity().waiting(),
                    policy.suspension().after(),
                    policy.exposeHeaders());
        }

        private static List<Integer> sorted(Set<Integer> numbers) {
            return numbers.stream().sorted().toList();
        }
    }

    /**
     * What would follow if the same came of asking each endpoint.
     *
     * @param outcome such as {@code answered}, {@code refused} or {@code timeout}
     * @param kind {@code answered}, {@code not_sent} or {@code no_answer}
     * @param answered the status; null: no answer
     * @param asked in order
     * @param end the rule that ends it
     * @param status of what the caller gets
     * @param code of the gateway's answer; null: the caller gets the endpoint's
     */
    public record Branch(
            String outcome,
            String kind,
            @Nullable Integer answered,
            List<Asked> asked,
            String end,
            int status,
            @Nullable String code,
            String text) {

        /** An endpoint that is asked. @param why the rule by which it is */
        public record Asked(int position, String why) {}

        static Branch of(Forecast forecast) {
            Integer answered = forecast.outcome() instanceof Attempt.Answered answer ? answer.status() : null;
            Optional<Problem> problem = forecast.failure().map(Failover.Failure::problem);
            return new Branch(
                    Outcome.word(forecast.outcome()),
                    Outcome.kind(forecast.outcome()),
                    answered,
                    forecast.steps().stream()
                            .map(step -> new Asked(step.member().position(), Told.lower(step.why())))
                            .toList(),
                    Told.lower(forecast.end()),
                    problem.map(Problem::status).orElseGet(() -> answered == null ? 0 : answered),
                    problem.map(Problem::code).orElse(null),
                    text(forecast, problem));
        }

        private static String text(Forecast forecast, Optional<Problem> problem) {
            String asked = forecast.steps().stream()
                    .map(step -> String.valueOf(step.member().position()))
                    .collect(Collectors.joining(", then "));
            return "%s %s %s"
                    .formatted(
                            asked.isEmpty() ? "Nobody is asked." : "Endpoint " + asked + " is asked.",
                            Sentences.of(forecast.end()),
                            problem.map(own -> "The caller gets %d with code %s.".formatted(own.status(), own.code()))
                                    .orElse("The caller gets the endpoint's answer."));
        }
    }
}
