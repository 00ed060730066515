package dev.understudy.routing;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Rule;
import dev.understudy.journal.Outcome;
import dev.understudy.problem.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Plays the failures before the first caller comes, with endpoints of its own on the loopback address: one that answers
 * and resets, one that refuses. What only a failure needs is loaded when the first one happens, and that holds all
 * callers of the moment for tens of milliseconds.
 */
final class Rehearsal implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    // Before the first API is read, so that nothing of it is left in the registry.
    private static final int PHASE = DEFAULT_PHASE - 5120;

    private static final int ROUNDS = 20;
    private static final Duration AT_MOST = Duration.ofSeconds(1);
    private static final byte[] BODY = {1, 2, 3};
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone".getBytes(StandardCharsets.US_ASCII);

    private static final FailoverPolicy POLICY = new FailoverPolicy(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Optional.empty(),
            Set.of(),
            FailoverPolicy.Repeats.NONE,
            new FailoverPolicy.Capacity(10, 10, 10),
            BODY.length,
            false,
            new FailoverPolicy.Suspension(10 * ROUNDS, Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(1)),
            new FailoverPolicy.Probe(Duration.ofSeconds(1), Duration.ofSeconds(1), Optional.empty(), false),
            false);

    private final HealthRegistry registry;
    private final EndpointClient client;
    private final ProblemHandler problems;
    private volatile boolean running;

    Rehearsal(HealthRegistry registry, EndpointClient client, ProblemHandler problems) {
        this.registry = registry;
        this.client = client;
        this.problems = problems;
    }

    @Override
    public void start() {
        running = true;
        try (ServerSocket first = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            daemon(() -> acceptAll(first));
            play(first.getLocalPort());
        } catch (IOException | RuntimeException e) {
            // The gateway serves without it.
            log.debug("The failures could not be played", e);
        }
    }

    private void play(int first) throws IOException {
        EndpointGroup group = new EndpointGroup(
                "rehearsal",
                List.of(endpoint(first), endpoint(closedPort())),
                EndpointGroup.Type.FAILOVER,
                POLICY,
                Optional.empty());
        registry.add(List.of(group));
        try {
            for (int round = 0; round < ROUNDS; round++) {
                request(group).onErrorResume(Refused.class, this::told).block(AT_MOST);
            }
        } finally {
            registry.retain(List.of());
        }
    }

    private Mono<Void> request(EndpointGroup group) {
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
        RequestHead head = new RequestHead(HttpMethod.PUT, "/", headers, true);
        Deadline deadline = new Deadline(POLICY.deadline(), System::nanoTime);
        RequestBody body = new RequestBody(
                Flux.defer(() -> Flux.just(Unpooled.copiedBuffer(BODY))),
                BODY.length,
                new ReplayMemory(BODY.length),
                deadline);
        Failover failover = new Failover(group, registry.members(group), body::rewind, deadline);
        return new Walk(
                        failover,
                        body,
                        (ask, progress, upgraded) -> client.ask(group, ask, head, body, deadline, progress),
                        new Unheard())
                .answer()
                .flatMapMany(answer -> new AnswerBody<>(answer, ByteBuf::release))
                .doFinally(signal -> {
                    failover.end();
                    body.end();
                })
                .then();
    }

    private Mono<Void> told(Refused refused) {
        return Mono.fromRunnable(() -> problems.body("/", refused));
    }

    private static void acceptAll(ServerSocket server) {
        AtomicInteger requests = new AtomicInteger();
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                daemon(() -> answerOneInThree(socket, requests));
            } catch (IOException e) {
                // The play is over.
            }
        }
    }

    // The next one on the same connection is reset, and so is the one that follows on a fresh one.
    private static void answerOneInThree(Socket socket, AtomicInteger requests) {
        try (socket) {
            socket.setSoTimeout((int) AT_MOST.toMillis());
            while (read(socket) && requests.getAndIncrement() % 3 == 0) {
                socket.getOutputStream().write(ANSWER);
            }
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // The gateway hung up.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean read(Socket socket) throws IOException {
        int next = socket.getInputStream().read();
        while (next >= 0 && next != BODY[BODY.length - 1]) {
            next = socket.getInputStream().read();
        }
        return next >= 0;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Endpoint endpoint(int port) {
        return new Endpoint("http", InetAddress.getLoopbackAddress().getHostAddress(), port, "");
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Says what a log would, to nobody. */
    private static final class Unheard implements Walk.Listener {

        private int said;

        @Override
        public void unanswered(Failover.Ask ask, AttemptFailed failed) {
            said += failed.attempt().toString().length();
        }

        @Override
        public void asksNobody(Rule why) {
            said += why.name().length();
        }

        @Override
        public Progress asks(Failover.Ask ask, Rule why) {
            return new Progress();
        }

        @Override
        public void came(Failover.Ask ask, Attempt attempt, Failover.Decision next, Rule why) {
            said += Outcome.text(attempt).length() + why.name().length();
        }
    }
}
