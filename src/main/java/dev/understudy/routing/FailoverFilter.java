package dev.understudy.routing;

import dev.understudy.catalog.Admission;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.OneLine;
import dev.understudy.catalog.RequestPath;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Member;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Rule;
import dev.understudy.journal.Outcome;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Carries a request along its operation's group until one endpoint's answer can be passed on. The end of the chain. Holds
 * nothing of a request; its way is a {@link Walk}.
 */
final class FailoverFilter implements GatewayFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(FailoverFilter.class);

    private static final Attempt UNTRUSTED = new Attempt.NotSent(Attempt.NotSent.Reason.CERTIFICATE);

    private final HealthRegistry registry;
    private final EndpointClient client;
    private final WebSockets webSockets;
    private final AnswerWriter writer;
    private final Forwarding forwarding;
    private final ReplayMemory memory;
    private final ProblemHandler problems;
    private final CertificateAlarm alarm = new CertificateAlarm(System::nanoTime);

    FailoverFilter(
            HealthRegistry registry,
            EndpointClient client,
            WebSockets webSockets,
            AnswerWriter writer,
            Forwarding forwarding,
            ReplayMemory memory,
            ProblemHandler problems) {
        this.registry = registry;
        this.client = client;
        this.webSockets = webSockets;
        this.writer = writer;
        this.forwarding = forwarding;
        this.memory = memory;
        this.problems = problems;
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
                .map(group -> play(exchange, found, group, admission))
                .orElseGet(() -> Mono.error(new Refused(Problem.NO_ENDPOINT_FOR_KEY_TYPE)));
    }

    private Mono<Void> play(ServerWebExchange exchange, Match.Found found, EndpointGroup group, Admission admission) {
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        Course course = Course.of(exchange);
        RequestHead head = RequestHead.of(request, rest(exchange, found), admission, forwarding, group, course.id());
        Channel caller = channel(request);
        FailoverPolicy policy = group.policy();
        Deadline deadline = new Deadline(policy.deadline(), System::nanoTime);
        boolean idempotent = found.operation().repeatable(policy, hasIdempotencyKey(request));
        RequestBody body = new RequestBody(
                body(exchange, caller, policy.idleTimeout()),
                idempotent ? policy.replayLimitBytes() : -1,
                memory,
                deadline);
        BooleanSupplier repeatable = () -> idempotent && body.rewind();
        Failover failover = new Failover(group, registry.members(group), repeatable, deadline);
        course.begins(failover.line());
        boolean webSocket = found.operation().webSocket() && WebSockets.isHandshake(exchange);
        Walk.Sending sending = webSocket
                ? (ask, progress, upgraded) -> {
                    Runnable accepted = () -> {
                        upgraded.run();
                        Played.expose(exchange, policy, ask.member().position(), failover.attempts());
                    };
                    return webSockets.ask(exchange, group, ask, course.traced(head, ask), deadline, accepted, progress);
                }
                : (ask, progress, upgraded) ->
                        client.ask(group, ask, course.traced(head, ask), body, deadline, progress);
        Walk walk = new Walk(failover, body, sending, new Told(course, found, deadline, alarm));
        return new Played(walk, writer, problems, new Played.Play(exchange, found, policy, caller, failover, body));
    }

    private static boolean hasIdempotencyKey(HttpServerRequest request) {
        String key = request.requestHeaders().get("Idempotency-Key");
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

    /** What is told of one request's way. */
    private record Told(Course course, Match.Found found, Deadline deadline, CertificateAlarm alarm)
            implements Walk.Listener {

        @Override
        public void asksNobody(Rule why) {
            traced(log.atInfo())
                    .log(
                            "[{}] given up {} {}: nobody is asked ({})",
                            name(),
                            OneLine.of(found.api().name()),
                            OneLine.of(found.api().version()),
                            why.name().toLowerCase(Locale.ROOT));
        }

        @Override
        public Progress asks(Failover.Ask ask, Rule why) {
            return course.asks(why);
        }

        @Override
        public void unanswered(Failover.Ask ask, AttemptFailed failed) {
            if (failed.attempt().equals(UNTRUSTED) && failed.getCause() != null) {
                alarm.raise(ask.member().endpoint(), failed.getCause());
            }
        }

        @Override
        public void came(Failover.Ask ask, Attempt attempt, Failover.Decision next, Rule why) {
            course.came(ask, attempt, why, deadline);
            if (next instanceof Failover.Ask to) {
                boolean again = to.member().position() == ask.member().position();
                tell(again ? "retry" : "failover", ask, attempt, place(to.member()), why);
            } else if (next instanceof Failover.GiveUp) {
                tell("given up", ask, attempt, "nobody", why);
            }
        }

        // Among the words of the line, too: the usual pattern of the console leaves out what stands beside it.
        private String name() {
            return course.trace()
                    .ids()
                    .map(ids -> course.id() + " trace " + ids.trace() + " span " + ids.span())
                    .orElse(course.id());
        }

        private LoggingEventBuilder traced(LoggingEventBuilder line) {
            return course.trace()
                    .ids()
                    .map(ids -> line.addKeyValue("trace.id", ids.trace()).addKeyValue("span.id", ids.span()))
                    .orElse(line);
        }

        private static String place(Member member) {
            return member.position() + " " + member.url();
        }

        private void tell(String what, Failover.Ask from, Attempt attempt, String to, Rule why) {
            traced(log.atInfo())
                    .addKeyValue("request", course.id())
                    .addKeyValue("api", OneLine.of(found.api().name()))
                    .addKeyValue("from", from.member().position())
                    .addKeyValue("reason", Outcome.text(attempt))
                    .addKeyValue("rule", why)
                    .log(
                            "[{}] {} {} {} {} {}: {}, {} -> {} ({})",
                            name(),
                            what,
                            OneLine.of(found.api().name()),
                            OneLine.of(found.api().version()),
                            found.operation().method(),
                            OneLine.of(found.operation().path().text()),
                            Outcome.text(attempt),
                            place(from.member()),
                            to,
                            why.name().toLowerCase(Locale.ROOT));
        }
    }
}
