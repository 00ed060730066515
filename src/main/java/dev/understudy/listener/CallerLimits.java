package dev.understudy.listener;

import dev.understudy.settings.UnderstudyProperties;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
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

    /** At once, of one connection. */
    private static final int STREAMS = 100;

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
                    ChannelPipeline pipeline = channel.pipeline();
                    if (!guard(pipeline) && pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
                        pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, null, new Negotiated());
                    }
                });
    }

    /** The same for a listener that speaks HTTP/2, too. */
    HttpServer applyWithHttp2(HttpServer server) {
        // For HTTP/1.1, the guard closes what is idle by the same time.
        return apply(server)
                .idleTimeout(idleTimeout)
                .http2Settings(http2 -> http2.maxConcurrentStreams(STREAMS).maxHeaderListSize(headerBytes));
    }

    private boolean guard(ChannelPipeline pipeline) {
        // The codec of HTTP/2 has the same name.
        if (!(pipeline.get(NettyPipeline.HttpCodec) instanceof HttpServerCodec)) {
            return false;
        }
        CallerGuard.addTo(pipeline, headTimeout, idleTimeout);
        return true;
    }

    /** Waits until it is known which version of HTTP a connection has. */
    private final class Negotiated extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                guard(context.pipeline());
                context.pipeline().remove(this);
            }
            context.fireUserEventTriggered(event);
        }
    }

    private static int bytes(DataSize size) {
        return (int) Math.min(Integer.MAX_VALUE, size.toBytes());
    }
}
