package dev.understudy.security;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** Fetches the JWK set of an issuer. What the issuer can cost is bounded in time and size. */
final class PublishedKeys {

    /** Longest time for a fetch, from the name of the issuer to the last byte. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    static final int LARGEST = 1 << 20;

    // No pool: a connection would be idle for longer than anybody keeps one.
    private static final HttpClient CLIENT = HttpClient.newConnection()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TIMEOUT.toMillis())
            .followRedirect(false)
            .disableRetry(true)
            .headers(headers -> headers.set(HttpHeaderNames.ACCEPT, "application/jwk-set+json, application/json"));

    private PublishedKeys() {}

    /** Fetches each time it is subscribed to; fails with a message that has nothing of the answer in it. */
    static Mono<KeySet> at(String uri) {
        return CLIENT.get()
                .uri(uri)
                .response(PublishedKeys::text)
                .single()
                .timeout(TIMEOUT, Mono.error(() -> new IOException("no whole answer within " + TIMEOUT)))
                .publishOn(Schedulers.parallel())
                .map(KeySet::parse);
    }

    private static Mono<String> text(HttpClientResponse head, ByteBufFlux body) {
        if (head.status().code() != 200) {
            return Mono.error(new IOException("status " + head.status().code() + " (expected: 200)"));
        }
        return body.asByteArray()
                .collect(ByteArrayOutputStream::new, PublishedKeys::append)
                .map(bytes -> bytes.toString(StandardCharsets.UTF_8));
    }

    private static void append(ByteArrayOutputStream bytes, byte[] more) {
        if (bytes.size() + more.length > LARGEST) {
            throw new IllegalStateException("the answer is longer than " + LARGEST + " bytes");
        }
        bytes.writeBytes(more);
    }
}
