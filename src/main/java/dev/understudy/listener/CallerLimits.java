package dev.understudy.listener;

import dev.understudy.settings.UnderstudyProperties;
import java.time.Duration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.util.unit.DataSize;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * What one caller may take of a listener before its request is served. For the last customizer of a listener, and therefore
 * no customizer itself, which Spring Boot would put first: its own for the header size comes later.
 */
final class CallerLimits {

    /** More than what common balancers keep an idle connection, so that they are the ones who close it. */
    private static final Duration IDLE = Duration.ofSeconds(75);

    private final int headerBytes;
    private final int requestLineBytes;
    private final Duration headTimeout;
    private final Duration idleTimeout;

    CallerLimits(UnderstudyProperties.Limits limits, NettyServerProperties server) {
        this.headerBytes = bytes(limits.maxHeaderSize());
        this.requestLineBytes = bytes(limits.maxRequestLine());
        this.headTimeout = limits.headerTimeout();
        Duration configured = server.getIdleTimeout();
        this.idleTimeout = configured == null ? IDLE : configured;
    }

    HttpServer apply(HttpServer server) {
        return server.httpRequestDecoder(
                        decoder -> decoder.maxHeaderSize(headerBytes).maxInitialLineLength(requestLineBytes))
                .doOnChannelInit((observer, channel, address) -> {
                    if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                        CallerGuard.addTo(channel.pipeline(), headTimeout, idleTimeout);
                    }
                });
    }

    private static int bytes(DataSize size) {
        return (int) Math.min(Integer.MAX_VALUE, size.toBytes());
    }
}
