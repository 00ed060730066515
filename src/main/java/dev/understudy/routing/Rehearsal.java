package dev.understudy.routing;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.problem.Refused;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Plays the failures before the first caller comes, with endpoints of its own on the loopback address: one that resets, one
 * that refuses. What only a failure needs is loaded when the first one happens, and that holds all callers of the moment
 * for tens of milliseconds.
 */
final class Rehearsal implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    // Before the first API is read, so that nothing of it is left in the registry.
    private static final int PHASE = DEFAULT_PHASE - 5120;

    private static final int ROUNDS = 20;
    private static final Duration AT_MOST = Duration.ofSeconds(2);
    private static final byte[] BODY = {1, 2, 3};

    private static final FailoverPolicy POLICY = new FailoverPolicy(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Optional.empty(),
            Set.of(),
            FailoverPolicy.Repeats.NONE,
            new FailoverPolicy.Capacity(1, 1, 0),
            BODY.length,
            false,
            new FailoverPolicy.Suspension(10 * ROUNDS, Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(1)),
            new FailoverPolicy.Probe(Duration.ofSeconds(1), Duration.ofSeconds(1), Optional.empty(), false),
            false);

    private final HealthRegistry registry;
    private final EndpointClient client;
    private volatile boolean running;

    Rehearsal(HealthRegistry registry, EndpointClient client) {
        this.registry = registry;
        this.client = client;
    }

    @Override
    public void start() {
        running = true;
        try (ServerSocket resets = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread stage = new Thread(() -> resetAll(resets), "rehearsal");
            stage.setDaemon(true);
            stage.start();
            play(resets.getLocalPort());
        } catch (IOException | RuntimeException e) {
            // The gateway serves without it.
            log.debug("The failures could not be played", e);
        }
    }

    private void play(int resets) throws IOException {
        EndpointGroup group = new EndpointGroup(
                "rehearsal",
                List.of(endpoint(resets), endpoint(closedPort())),
                EndpointGroup.Type.FAILOVER,
                POLICY,
                Optional.empty());
        registry.add(List.of(group));
        try {
            Flux.range(0, ROUNDS)
                    .concatMap(round -> request(group).onErrorComplete(Refused.class))
                    .then()
                    .block(AT_MOST);
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
        return new Walk(failover, body, ask -> client.ask(group, ask, head, body, deadline), UNHEARD)
                .answer()
                .doOnNext(Answer::abandon)
                .doFinally(signal -> {
                    failover.end();
                    body.end();
                })
                .then();
    }

    private static void resetAll(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout((int) AT_MOST.toMillis());
                socket.getInputStream().readNBytes(BODY.length);
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // The gateway hung up, or the play is over.
            }
        }
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

    private static final Walk.Listener UNHEARD = new Walk.Listener() {

        @Override
        public void unanswered(Failover.Ask ask, AttemptFailed failed) {}

        @Override
        public void moved(Failover.Ask from, Failover.Ask to, Attempt why) {}

        @Override
        public void gaveUp(Failover.Ask last, Attempt why) {}
    };
}
