package dev.understudy.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An endpoint over TLS that answers 200 and its own text, and keeps what it was sent and under which name. */
public final class TlsEndpoint implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tls-endpoint");
        thread.setDaemon(true);
        return thread;
    });
    private final List<RawMessage> requests = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final SSLServerSocket server;
    private final String text;

    public TlsEndpoint(SSLContext context, String text) throws IOException {
        this.text = text;
        this.server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("localhost"));
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return "https://localhost:" + port();
    }

    public List<RawMessage> requests() {
        return requests;
    }

    /** What clients whose handshake succeeded said the name is; empty where one said none. */
    public List<String> names() {
        return names;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                socket.setSoTimeout(10_000);
                threads.execute(() -> serve(socket));
            } catch (IOException | RejectedExecutionException e) {
                return;
            }
        }
    }

    private void serve(SSLSocket client) {
        try (SSLSocket socket = client) {
            socket.startHandshake();
            names.add(nameIn((ExtendedSSLSession) socket.getSession()));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Optional<RawMessage> next = RawMessage.read(in, false);
                    next.isPresent();
                    next = RawMessage.read(in, false)) {
                requests.add(next.get());
                String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The client does not trust it, or hung up.
        }
    }

    private static String nameIn(ExtendedSSLSession session) {
        return session.getRequestedServerNames().stream()
                .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                .findFirst()
                .orElse("");
    }
}
