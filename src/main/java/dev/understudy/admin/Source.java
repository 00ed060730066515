package dev.understudy.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.springframework.web.server.ServerWebExchange;

/**
 * Where a request comes from: the other end of its connection, whatever its headers say.
 *
 * @param address as text; {@code unknown} where the connection has none
 * @param network what one attacker has at least: the address itself, of IPv6 the first 64 bits
 */
record Source(String address, String network) {

    private static final int NETWORK_BYTES = 8;
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    static Source of(ServerWebExchange exchange) {
        InetSocketAddress peer = exchange.getRequest().getRemoteAddress();
        return peer == null || peer.getAddress() == null ? new Source("unknown", "unknown") : of(peer.getAddress());
    }

    static Source of(InetAddress address) {
        return new Source(address.getHostAddress(), network(address));
    }

    // All of IPv4 would be one network where its addresses come in the form of IPv6.
    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean mapped =
                bytes.length > MAPPED.length && Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
        int from = mapped ? MAPPED.length : 0;
        int to = mapped ? bytes.length : Math.min(bytes.length, NETWORK_BYTES);
        return HexFormat.of().formatHex(bytes, from, to);
    }
}
