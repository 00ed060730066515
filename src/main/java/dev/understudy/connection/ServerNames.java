package dev.understudy.connection;

import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLParameters;

/** Has the name in a server's certificate compared with the one that was asked for (RFC 9110 §4.3.4). */
public final class ServerNames {

    private ServerNames() {}

    /** Before the handshake begins. */
    public static void compare(SslHandler handler) {
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
    }
}
