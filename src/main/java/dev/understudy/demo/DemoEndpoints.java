package dev.understudy.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/**
 * The two endpoints of the sample API. The second one is always up, and takes the first one down and up again on command,
 * so that the switch and the return can be watched.
 */
final class DemoEndpoints implements SmartLifecycle {

    static final String DOWN = "/demo/first/down";
    static final String UP = "/demo/first/up";
    static final String SERVED_BY = "X-Served-By";

    // Up before the listeners of the gateway, and down after them.
    private static final int PHASE = DEFAULT_PHASE - 3072;

    private final JsonMapper json;
    private final DemoEndpoint first;
    private final DemoEndpoint second;
    private volatile boolean running;

    DemoEndpoints(DemoPorts ports, LoopResources loops, JsonMapper json) {
        this.json = json;
        this.first = new DemoEndpoint("first", ports.first(), loops, this::serve);
        this.second = new DemoEndpoint("second", ports.second(), loops, this::serveOrObey);
    }

    DemoEndpoint first() {
        return first;
    }

    DemoEndpoint second() {
        return second;
    }

    @Override
    public void start() {
        first.up();
        second.up();
        running = true;
    }

    @Override
    public void stop() {
        second.down();
        first.down();
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

    /** Of a command. */
    String urlOf(String command) {
        return "http://localhost:" + second.port() + command;
    }

    private Publisher<Void> serveOrObey(DemoEndpoint endpoint, HttpServerRequest request, HttpServerResponse response) {
        return switch (request.uri()) {
            case DOWN -> obey(request, response, first::down, first + " is down: nothing listens there any more");
            case UP -> obey(request, response, first::up, first + " is up again");
            default -> serve(endpoint, request, response);
        };
    }

    private Mono<Void> obey(HttpServerRequest request, HttpServerResponse response, Runnable command, String done) {
        if (!request.method().name().equals("POST")) {
            return line(response.header("Allow", "POST"), 405, "Send it by POST: curl -X POST " + urlOf(request.uri()));
        }
        return request.receive()
                .then(Mono.fromRunnable(command).subscribeOn(Schedulers.boundedElastic()))
                .then(Mono.defer(() -> line(response, 200, done)))
                .onErrorResume(PortTaken.class, taken -> line(response, 409, taken.text()));
    }

    private Mono<Void> serve(DemoEndpoint endpoint, HttpServerRequest request, HttpServerResponse response) {
        PizzaShack.Answer answer = PizzaShack.answer(request.method().name(), request.uri());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("servedBy", endpoint.toString());
        members.putAll(answer.members());
        byte[] body = json.writeValueAsBytes(members);
        answer.headers().forEach(response::header);
        response.status(answer.status())
                .header("Content-Type", "application/json")
                .header("Content-Length", String.valueOf(body.length))
                .header(SERVED_BY, endpoint.name());
        return request.receive().then(response.sendByteArray(Mono.just(body)).then());
    }

    private static Mono<Void> line(HttpServerResponse response, int status, String text) {
        return response.status(status)
                .header("Content-Type", "text/plain;charset=UTF-8")
                .sendString(Mono.just(text + System.lineSeparator()))
                .then();
    }
}
