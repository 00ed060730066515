package dev.understudy.routing;

import dev.understudy.catalog.Admission;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.RequestPath;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Carries a request along its operation's group until one endpoint's answer can be passed on. The end of the chain. Holds
 * nothing of a request; the walk itself is {@link Failover}'s.
 */
final class FailoverFilter implements GatewayFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(FailoverFilter.class);

    private static final Attempt UNTRUSTED = new Attempt.NotSent(Attempt.NotSent.Reason.CERTIFICATE);

    /** Mostly nobody is left to read it. */
    private static final Refused BROKEN_REQUEST =
            new Refused(Problem.BAD_REQUEST, "The request's body broke off.", Map.of("Connection", "close"));

    /** One request on its way. */
    private record Walk(
            ServerWebExchange exchange,
            Match.Found found,
            EndpointGroup group,
            Channel caller,
            RequestHead head,
            RequestBody body,
            Deadline deadline,
            Failover failover) {

        boolean webSocket() {
            return found.operation().webSocket() && WebSockets.isHandshake(exchange);
        }
    }

    private final HealthRegistry registry;
    private final EndpointClient client;
    private final WebSockets webSockets;
    private final AnswerWriter writer;
    private final Forwarding forwarding;
    private final ReplayMemory memory;
    private final CertificateAlarm alarm = new CertificateAlarm(System::nanoTime);

    FailoverFilter(
            HealthRegistry registry,
            EndpointClient client,
            WebSockets webSockets,
            AnswerWriter writer,
            Forwarding forwarding,
            ReplayMemory memory) {
        this.registry = registry;
        this.client = client;
        this.webSockets = webSockets;
        this.writer = writer;
        this.forwarding = forwarding;
        this.memory = memory;
    }

    // After the filters of users, those without an order included: of equals, a route's come last. The filters of
    // Spring Cloud Gateway that would send the request are off.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Match.Found found = exchange.getRequiredAttribute(Match.Found.ATTRIBUTE);
        Admission admission = exchange.getAttribute(Admission.ATTRIBUTE);
        if (admission == null) {
            return Mono.error(new IllegalStateException("Nobody decided who may call " + found.id()));
        }
        return found.operation()
                .group(admission.keyType())
                .map(group -> {
                    Walk walk = walk(exchange, found, group, admission);
                    // What comes after the head of an answer is its writer's.
                    return ask(walk, walk.failover().first()).doFinally(signal -> end(walk, signal));
                })
                .orElseGet(() -> Mono.error(new Refused(Problem.NO_ENDPOINT_FOR_KEY_TYPE)));
    }

    private Walk walk(ServerWebExchange exchange, Match.Found found, EndpointGroup group, Admission admission) {
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        RequestHead head = RequestHead.of(request, rest(exchange, found), admission, forwarding, group);
        Channel caller = channel(request);
        FailoverPolicy policy = group.policy();
        Deadline deadline = new Deadline(policy.deadline(), System::nanoTime);
        boolean idempotent = found.operation().idempotent() || hasTrustedKey(request, policy);
        RequestBody body = new RequestBody(
                body(exchange, caller, policy.idleTimeout()),
                idempotent ? policy.replayLimitBytes() : -1,
                memory,
                deadline);
        BooleanSupplier repeatable = () -> idempotent && body.rewind();
        Failover failover = new Failover(group, registry.members(group), repeatable, deadline);
        return new Walk(exchange, found, group, caller, head, body, deadline, failover);
    }

    // draft-ietf-httpapi-idempotency-key-header: one such header makes POST and PATCH safe to send again.
    private static boolean hasTrustedKey(HttpServerRequest request, FailoverPolicy policy) {
        String key = policy.trustIdempotencyKey() ? request.requestHeaders().get("Idempotency-Key") : null;
        return key != null && !key.isBlank();
    }

    private static Channel channel(HttpServerRequest request) {
        Channel[] channel = new Channel[1];
        request.withConnection(connection -> channel[0] = connection.channel());
        return channel[0];
    }

    private static Flux<ByteBuf> body(ServerWebExchange exchange, Channel caller, Duration idleTimeout) {
        return Flux.using(
                () -> IdleGuard.watch(caller, idleTimeout),
                watch -> exchange.getRequest().getBody().map(NettyDataBufferFactory::toByteBuf),
                Disposable::dispose);
    }

    private static String rest(ServerWebExchange exchange, Match.Found found) {
        URI uri = exchange.getRequest().getURI();
        String path = RequestPath.rest(uri.getRawPath(), found.api().depth());
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private Mono<Void> ask(Walk walk, Failover.Ask ask) {
        return after(ask.pause(), send(walk, ask))
                .map(Step::answered)
                .onErrorResume(AttemptFailed.class, failed -> failed(walk, ask, failed))
                .flatMap(step -> follow(walk, ask, step));
    }

    private static Mono<Answer> after(Duration pause, Mono<Answer> answer) {
        return pause.isZero() ? answer : Mono.delay(pause).then(answer);
    }

    private Mono<Answer> send(Walk walk, Failover.Ask ask) {
        return walk.webSocket()
                ? webSockets.ask(walk.exchange, walk.group, ask, walk.head, walk.deadline, walk.failover::delivered)
                : client.ask(walk.group, ask, walk.head, walk.body, walk.deadline);
    }

    // A body that breaks off at the caller's side takes the endpoint's request with it: that is no fault of the
    // endpoint.
    private Mono<Step> failed(Walk walk, Failover.Ask ask, AttemptFailed failed) {
        Throwable callers = walk.body.failure();
        if (callers != null) {
            return Mono.error(callers instanceof Refused ? callers : BROKEN_REQUEST);
        }
        if (failed.attempt().equals(UNTRUSTED) && failed.getCause() != null) {
            alarm.raise(ask.member().endpoint(), failed.getCause());
        }
        return Mono.just(Step.failed(failed));
    }

    /** What came of asking, with the answer where there is one. */
    private record Step(Attempt attempt, Optional<Answer> answer) {

        static Step answered(Answer answer) {
            Attempt attempt = new Attempt.Answered(answer.status(), RetryAfter.of(answer.headers()));
            return new Step(attempt, Optional.of(answer));
        }

        static Step failed(AttemptFailed failed) {
            return new Step(failed.attempt(), Optional.empty());
        }
    }

    private Mono<Void> follow(Walk walk, Failover.Ask asked, Step step) {
        Failover.Decision decision = walk.failover.after(step.attempt());
        if (decision instanceof Failover.Ask next) {
            log.info(
                    "{}{} -> {}: {}",
                    walk.exchange.getLogPrefix(),
                    asked.member().endpoint(),
                    next.member().endpoint(),
                    step.attempt());
            step.answer().ifPresent(Answer::abandon);
            return ask(walk, next);
        }
        if (decision instanceof Failover.GiveUp giveUp) {
            log.info(
                    "{}{}: {}, given up",
                    walk.exchange.getLogPrefix(),
                    asked.member().endpoint(),
                    step.attempt());
            expose(walk, asked);
            return Mono.error(new Refused(problem(giveUp.failure())));
        }
        expose(walk, asked);
        walk.body.keepNoMore();
        Answer answer = step.answer()
                .orElseThrow()
                .reporting(walk.failover::delivered, walk.failover::brokeOff)
                .ending(walk.body::end);
        Duration idleTimeout = walk.group.policy().idleTimeout();
        writer.take(walk.exchange, answer, walk.found.api(), walk.caller, idleTimeout);
        return Mono.empty();
    }

    // The rest of the body may still be on its way to the endpoint whose answer is passed on.
    private static void end(Walk walk, SignalType how) {
        walk.failover.end();
        if (how != SignalType.ON_COMPLETE) {
            walk.body.end();
        }
    }

    private void expose(Walk walk, Failover.Ask asked) {
        if (walk.group.policy().exposeHeaders()) {
            HttpHeaders headers = walk.exchange.getResponse().getHeaders();
            headers.set("X-Gateway-Endpoint", String.valueOf(asked.member().position()));
            headers.set("X-Gateway-Attempts", String.valueOf(walk.failover.attempts()));
        }
    }

    private static Problem problem(Failover.Failure failure) {
        return switch (failure) {
            case NOT_REACHED -> Problem.NOT_REACHED;
            case NO_ANSWER -> Problem.NO_ANSWER;
            case TIMEOUT -> Problem.TIMEOUT;
        };
    }
}
