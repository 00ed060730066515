package dev.understudy.store;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.CodecException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** A control plane behind its admin listener: one connection of HTTP/2 for all that is asked. */
public final class HttpControlPlane implements ControlPlane {

    /** Where editions come from, archives, and where reports go. */
    public static final String EDITIONS = "/api/v1/fleet/editions";

    public static final String ARCHIVES = "/api/v1/fleet/archives/{name}";
    public static final String REPORTS = "/api/v1/fleet/reports";

    /** The parameter that has the checksum of what is there already. */
    public static final String BASE = "base";

    /** How often one that follows is told that there is nothing new. */
    public static final Duration PULSE = Duration.ofSeconds(5);

    /** Of all that is served by one that has as much of it as anybody. */
    private static final int LONGEST_EDITION = 128 << 20;

    private static final Duration SILENCE = PULSE.multipliedBy(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CONNECT_MILLIS = 3_000;

    private final String url;
    private final WebClient client;

    /**
     * @param url with no path
     * @param trusted who vouches for it; null: whom Java trusts
     */
    public HttpControlPlane(
            String url,
            String username,
            String password,
            @Nullable TrustManagerFactory trusted,
            ConnectionProvider connections,
            LoopResources loops) {
        this.url = url.replaceFirst("/$", "");
        Http2SslContextSpec tls = Http2SslContextSpec.forClient();
        if (trusted != null) {
            tls.configure(context -> context.trustManager(trusted));
        }
        HttpClient http = HttpClient.create(connections)
                .runOn(loops)
                .protocol(HttpProtocol.H2)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .secure(spec -> spec.sslContext(tls))
                .followRedirect(false);
        this.client = WebClient.builder()
                .baseUrl(this.url)
                .clientConnector(new ReactorClientHttpConnector(http))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(LONGEST_EDITION))
                .defaultHeaders(headers -> headers.setBasicAuth(username, password))
                .build();
    }

    @Override
    public String name() {
        return url;
    }

    @Override
    public Stream<Difference> differences(String base) {
        return client.get()
                .uri(builder -> builder.path(EDITIONS).queryParam(BASE, base).build())
                .accept(MediaType.APPLICATION_NDJSON)
                .exchangeToFlux(answer -> answer.statusCode().is2xxSuccessful()
                        ? answer.bodyToFlux(Difference.class)
                        : refused(answer).flux().cast(Difference.class))
                .timeout(SILENCE)
                .onErrorMap(HttpControlPlane::isOfTheWay, error -> new UncheckedIOException(lost(error)))
                .toStream(1);
    }

    @Override
    public byte[] archive(String name) throws IOException {
        return asked(client.get().uri(ARCHIVES, name).exchangeToMono(answer -> whole(answer, byte[].class)));
    }

    @Override
    public void tell(Report report) throws IOException {
        asked(client.post()
                .uri(REPORTS)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(report)
                .exchangeToMono(answer -> whole(answer, byte[].class).defaultIfEmpty(new byte[0])));
    }

    private <T> Mono<T> whole(ClientResponse answer, Class<T> type) {
        return answer.statusCode().is2xxSuccessful()
                ? answer.bodyToMono(type)
                : refused(answer).cast(type);
    }

    private <T> T asked(Mono<T> asked) throws IOException {
        try {
            T answer = asked.timeout(PATIENCE).block();
            if (answer == null) {
                throw new IOException("the answer is empty");
            }
            return answer;
        } catch (RuntimeException e) {
            Throwable error = Exceptions.unwrap(e);
            if (isOfTheWay(error)) {
                throw lost(error);
            }
            throw e;
        }
    }

    private Mono<Object> refused(ClientResponse answer) {
        return answer.releaseBody().then(Mono.error(() -> new IOException(why(answer.statusCode()))));
    }

    private String why(HttpStatusCode status) {
        if (status.isSameCodeAs(HttpStatus.UNAUTHORIZED)) {
            return url + " does not let this gateway sign in (understudy.control-plane.username and password)";
        }
        if (status.isSameCodeAs(HttpStatus.FORBIDDEN)) {
            return url + " does not let this gateway follow it: its user has not the role gateway there";
        }
        return url + " answers with status " + status.value();
    }

    private static boolean isOfTheWay(Throwable error) {
        return error instanceof IOException
                || error instanceof TimeoutException
                || error instanceof WebClientException
                || error instanceof CodecException
                || error instanceof DataBufferLimitException;
    }

    private IOException lost(Throwable error) {
        if (error instanceof IOException told) {
            return told;
        }
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why =
                error instanceof TimeoutException ? "nothing came of it in time" : String.valueOf(root.getMessage());
        return new IOException(url + " cannot be asked: " + why, error);
    }
}
