package dev.understudy.routing;

import dev.understudy.catalog.Admission;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.RequestPath;
import dev.understudy.endpoint.EndpointGroup;
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
import java.util.Optional;
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
import reactor.netty.http.server.HttpServerRequest;

/**
 * Carries a request along its operation's group until one endpoint's answer can be passed on. The end of the chain. Holds
 * nothing of a request; the walk itself is {@link Failover}'s.
 */
final class FailoverFilter implements GatewayFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(FailoverFilter.class);

    /** One request on its way. */
    private record Walk(
            ServerWebExchange exchange,
            Match.Found found,
            EndpointGroup group,
            Channel caller,
            RequestHead head,
            Flux<ByteBuf> body,
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

    FailoverFilter(
            HealthRegistry registry,
            EndpointClient client,
            WebSockets webSockets,
            AnswerWriter writer,
            Forwarding forwarding) {
        this.registry = registry;
        this.client = client;
        this.webSockets = webSockets;
        this.writer = writer;
        this.forwarding = forwarding;
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
                    return ask(walk, walk.failover().first());
                })
                .orElseGet(() -> Mono.error(new Refused(Problem.NO_ENDPOINT_FOR_KEY_TYPE)));
    }

    private Walk walk(ServerWebExchange exchange, Match.Found found, EndpointGroup group, Admission admission) {
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        RequestHead head = RequestHead.of(request, rest(exchange, found), admission, forwarding, group);
        Channel caller = channel(request);
        Flux<ByteBuf> body = body(exchange, caller, group.policy().idleTimeout());
        // A body is read once, so what has one is sent once.
        boolean repeatable = found.operation().idempotent() && !head.hasBody();
        return new Walk(
                exchange,
                found,
                group,
                caller,
                head,
                body,
                new Failover(
                        group,
                        registry.members(group),
                        () -> repeatable,
                        new Deadline(group.policy().deadline(), System::nanoTime)));
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
        return send(walk, ask)
                .map(Step::answered)
                .onErrorResume(AttemptFailed.class, failed -> Mono.just(Step.failed(failed)))
                .flatMap(step -> follow(walk, ask, step));
    }

    private Mono<Answer> send(Walk walk, Failover.Ask ask) {
        return walk.webSocket()
                ? webSockets.ask(walk.exchange, ask.member().endpoint(), walk.group.policy(), walk.head)
                : client.ask(ask.member().endpoint(), walk.group.policy(), walk.head, walk.body, ask.fresh());
    }

    /** What came of asking, with the answer where there is one. */
    private record Step(Attempt attempt, Optional<Answer> answer) {

        static Step answered(Answer answer) {
            return new Step(new Attempt.Answered(answer.status(), Optional.empty()), Optional.of(answer));
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
        Duration idleTimeout = walk.group.policy().idleTimeout();
        writer.take(walk.exchange, step.answer().orElseThrow(), walk.found.api(), walk.caller, idleTimeout);
        return Mono.empty();
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
