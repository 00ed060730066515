package dev.understudy.routing;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each request head before anything else does: Reactor Netty and Spring would answer with an empty 400, or with
 * another path than the endpoint will see, where the target is not theirs to understand. A head that cannot be served goes
 * on as a marked request for {@code /}, so that the answer is made where all answers are made.
 */
@Sharable
final class RequestTargetHandler extends ChannelInboundHandlerAdapter {

    /** Set by the gateway only; says why the head cannot be served. */
    static final String REFUSAL_HEADER = "x-understudy-refusal";

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            request.headers().remove(REFUSAL_HEADER);
            String refusal = examine(request);
            if (refusal != null) {
                request.setUri("/");
                request.headers().set(REFUSAL_HEADER, refusal);
                request.headers().set(HttpHeaderNames.HOST, "localhost");
                request.headers().remove(HttpHeaderNames.UPGRADE);
                request.headers().remove(HttpHeaderNames.EXPECT);
            }
        }
        context.fireChannelRead(message);
    }

    private static @Nullable String examine(HttpRequest request) {
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return "The version of HTTP is not 1.1.";
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        boolean needed = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (hosts.size() > 1 || (hosts.isEmpty() && needed)) {
            return "There is not exactly one Host header.";
        }
        String host = hosts.isEmpty() ? "localhost" : hosts.get(0);
        if (!RequestTarget.isAuthority(host)) {
            return "The Host header is not the name of a host.";
        }
        if (!codedAsChunksOnly(headers)) {
            return "The transfer coding is not chunked.";
        }
        String target = RequestTarget.originForm(request.uri(), host);
        if (target == null) {
            return "The target is not a valid path.";
        }
        request.setUri(target);
        return null;
    }

    private static boolean codedAsChunksOnly(HttpHeaders headers) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.isEmpty()
                || (codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                codings.get(0).strip()));
    }
}
