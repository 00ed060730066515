import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * The least that Reactor Netty needs for a proxy of GETs to one endpoint: no token, no route, no log, no failover. What
 * anything built on it can hope for.
 *
 * <p>Arguments: its port, and the URL of the endpoint.
 */
public final class HandMadeProxy {

    private final HttpClient client = HttpClient.create(ConnectionProvider.create("peer", 500));
    private final String endpoint;

    private HandMadeProxy(String endpoint) {
        this.endpoint = endpoint;
    }

    public static void main(String[] args) {
        HandMadeProxy proxy = new HandMadeProxy(args[1]);
        HttpServer.create()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[0]))
                .handle(proxy::pass)
                .bindNow()
                .onDispose()
                .block();
    }

    private Publisher<Void> pass(HttpServerRequest request, HttpServerResponse response) {
        if (!request.method().equals(HttpMethod.GET)) {
            return response.status(405).send();
        }
        return client.headers(headers -> take(request.requestHeaders(), headers))
                .get()
                .uri(endpoint + request.uri())
                .response((answer, body) -> {
                    response.status(answer.status());
                    take(answer.responseHeaders(), response.responseHeaders());
                    return response.send(body.retain()).then(Mono.<Void>empty());
                })
                .then();
    }

    private static void take(HttpHeaders from, HttpHeaders to) {
        to.set(from).remove(HttpHeaderNames.CONNECTION);
        to.remove(HttpHeaderNames.HOST);
    }
}
