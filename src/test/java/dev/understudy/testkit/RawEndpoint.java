package dev.understudy.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/** An endpoint that does just what a test says, and keeps what it was sent. */
public final class RawEndpoint implements AutoCloseable {

    /** What to do about a request. May block: each connection has a thread of its own. */
    public interface Script {
        void serve(RawMessage request, Connection connection) throws Exception;
    }

    /** The endpoint's side of one connection. */
    public record Connection(Socket socket, int number) {

        public void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        public void answer(int status, String body) throws IOException {
            send("HTTP/1.1 " + status + " Said\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Answers the handshake of a WebSocket with 101. */
        public void acceptWebSocket(RawMessage request) throws IOException, NoSuchAlgorithmException {
            String key = request.header("sec-websocket-key").orElseThrow();
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n");
        }

        public void close() throws IOException {
            socket.close();
        }

        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw-endpoint");
        thread.setDaemon(true);
        return thread;
    });
    private final List<RawMessage> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final int port;
    private volatile ServerSocket server;
    private volatile CompletableFuture<Void> acceptor;
    private volatile Script script;
    private volatile int connections;

    private RawEndpoint(Script script) throws IOException {
        this.script = script;
        this.server = bindAnywhere();
        this.port = server.getLocalPort();
        this.acceptor = acceptAt(server);
    }

    public static RawEndpoint doing(Script script) {
        try {
            return new RawEndpoint(script);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static RawEndpoint answering(int status, String body) {
        return doing((request, connection) -> connection.answer(status, body));
    }

    /** A port on which nothing listens. */
    public static int deadPort() {
        try (ServerSocket socket = bindAnywhere()) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void nowDoes(Script next) {
        script = next;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://localhost:" + port;
    }

    public List<RawMessage> requests() {
        return requests;
    }

    public RawMessage onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("requests: " + requests.size() + " (expected: 1)");
        }
        return requests.get(0);
    }

    public int connections() {
        return connections;
    }

    /** Stops listening, and cuts what is connected. */
    public void die() throws IOException {
        server.close();
        // Until then the port is not free.
        acceptor.join();
        for (Socket socket : open) {
            socket.close();
        }
    }

    public void revive() throws IOException {
        server = bind(port);
        acceptor = acceptAt(server);
    }

    @Override
    public void close() throws IOException {
        die();
        threads.shutdownNow();
    }

    // Below the ports that systems give to outgoing connections: one of those could take it while the endpoint is dead.
    private static ServerSocket bindAnywhere() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                return bind(ThreadLocalRandom.current().nextInt(12_000, 32_000));
            } catch (BindException e) {
                // Somebody else's; another one will do.
            }
        }
        throw new BindException("no free port");
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("localhost"), port), 512);
        return socket;
    }

    private CompletableFuture<Void> acceptAt(ServerSocket listening) {
        return CompletableFuture.runAsync(() -> accept(listening), threads);
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                int number = ++connections;
                threads.execute(() -> serve(new Connection(socket, number)));
            } catch (IOException | RejectedExecutionException e) {
                return;
            }
        }
    }

    private void serve(Connection connection) {
        try (Socket socket = connection.socket()) {
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            for (Optional<RawMessage> next = RawMessage.read(in, false);
                    next.isPresent();
                    next = RawMessage.read(in, false)) {
                requests.add(next.get());
                script.serve(next.get(), connection);
            }
        } catch (Exception e) {
            // The gateway hung up, or the test did.
        } finally {
            open.remove(connection.socket());
        }
    }
}
