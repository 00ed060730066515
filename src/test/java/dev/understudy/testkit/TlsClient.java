package dev.understudy.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Calls TLS listeners on this machine, whatever certificate they show. */
public final class TlsClient {

    private static final SSLContext TRUSTING = trusting();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .sslContext(TRUSTING)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private TlsClient() {}

    public static HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        return call("GET", port, path, headers);
    }

    /** @param headers names and values in turn */
    public static HttpResponse<String> call(String method, int port, String path, String... headers) throws Exception {
        return call(method, port, path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    public static HttpResponse<String> post(int port, String path, String body, String... headers) throws Exception {
        return call("POST", port, path, HttpRequest.BodyPublishers.ofString(body), headers);
    }

    public static HttpResponse<String> put(int port, String path, String body, String... headers) throws Exception {
        return call("PUT", port, path, HttpRequest.BodyPublishers.ofString(body), headers);
    }

    private static HttpResponse<String> call(
            String method, int port, String path, HttpRequest.BodyPublisher body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .method(method, body)
                .timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** The certificate that a listener shows. */
    public static X509Certificate certificate(int port) throws Exception {
        try (SSLSocket socket = connect(port)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** A connection whose handshake is done. */
    static SSLSocket connect(int port) throws IOException {
        return ready(TRUSTING.getSocketFactory().createSocket("localhost", port));
    }

    /** One for which this version of HTTP was negotiated, such as {@code h2}; to be closed. */
    public static SSLSocket negotiated(int port, String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) TRUSTING.getSocketFactory().createSocket("localhost", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        ready(socket);
        if (!protocol.equals(socket.getApplicationProtocol())) {
            throw new IOException(protocol + " was not negotiated");
        }
        return socket;
    }

    /** @param from the address of the caller's end */
    static SSLSocket connect(int port, InetAddress from) throws IOException {
        return ready(TRUSTING.getSocketFactory().createSocket("localhost", port, from, 0));
    }

    private static SSLSocket ready(Socket connected) throws IOException {
        SSLSocket socket = (SSLSocket) connected;
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext trusting() {
        try {
            // Names are left to the caller of certificate.
            System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
