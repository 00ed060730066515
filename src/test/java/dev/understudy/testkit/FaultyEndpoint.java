package dev.understudy.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * An endpoint whose part is written down from the moment of the connection on, so that it may misbehave before it has read
 * a request. What it is asked at {@code /ordinary} it answers properly.
 */
public final class FaultyEndpoint implements AutoCloseable {

    public static final String ORDINARY = "ordinary";

    /** What to do. May block: each connection has a thread of its own. */
    public interface Part {
        void play(Line line) throws Exception;
    }

    /** A request whose head came; its body as far as it was read. */
    public static final class Seen {
        private final String firstLine;
        private final CRC32C hash = new CRC32C();
        private volatile boolean whole;

        private Seen(String firstLine) {
            this.firstLine = firstLine;
        }

        public String firstLine() {
            return firstLine;
        }

        public boolean whole() {
            return whole;
        }

        public long hash() {
            return hash.getValue();
        }
    }

    /** The endpoint's side of one connection. */
    public final class Line {
        private final Socket socket;
        private final InputStream in;
        private Seen seen = new Seen("");
        private boolean chunked;
        private long left;

        private Line(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        }

        private boolean readHead() throws IOException {
            String first = line();
            if (first.isEmpty()) {
                return false;
            }
            seen = new Seen(first);
            chunked = false;
            left = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String[] parts = header.toLowerCase(Locale.ROOT).split(":\\s*", 2);
                chunked |= parts[0].equals("transfer-encoding");
                left = parts[0].equals("content-length") ? Long.parseLong(parts[1]) : left;
            }
            if (!isOrdinary()) {
                requests.add(seen);
            }
            return true;
        }

        private boolean isOrdinary() {
            return seen.firstLine.contains("/" + ORDINARY);
        }

        /** Reads the rest of the request. */
        public void readBody() throws IOException {
            readBody(Long.MAX_VALUE);
        }

        /** Reads of the request's body about as many bytes, or all there are if they are fewer. */
        public void readBody(long atMost) throws IOException {
            byte[] piece = new byte[1 << 14];
            long read = 0;
            while (!seen.whole && read < atMost) {
                if (left == 0 && !startChunk()) {
                    seen.whole = true;
                    return;
                }
                int count = in.read(piece, 0, (int) Math.min(piece.length, left));
                if (count < 0) {
                    throw new EOFException();
                }
                seen.hash.update(piece, 0, count);
                read += count;
                left -= count;
                if (left == 0 && chunked) {
                    line();
                }
            }
        }

        private boolean startChunk() throws IOException {
            if (!chunked) {
                return false;
            }
            left = Long.parseLong(line(), 16);
            if (left == 0) {
                line();
            }
            return left > 0;
        }

        public void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void send(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        public void answer(int status, String body) throws IOException {
            send("HTTP/1.1 " + status + " Said\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Sends no more, and waits for the other side to close. */
        public void finish() throws IOException {
            socket.shutdownOutput();
            untilClosed();
        }

        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        public void close() throws IOException {
            socket.close();
        }

        public void untilClosed() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
            socket.close();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                if (b != '\r') {
                    line.append((char) b);
                }
            }
            return line.toString();
        }

        private void serve() throws Exception {
            if (fromTheStart) {
                part.play(this);
                return;
            }
            while (readHead()) {
                if (isOrdinary()) {
                    readBody();
                    answer(200, ORDINARY);
                } else {
                    part.play(this);
                }
            }
        }
    }

    private final ServerSocket server;
    private final Part part;
    private final boolean fromTheStart;
    private final List<Seen> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private FaultyEndpoint(ServerSocket server, Part part, boolean fromTheStart) {
        this.server = server;
        this.part = part;
        this.fromTheStart = fromTheStart;
    }

    /** Plays its part whenever the head of a request has come. */
    public static FaultyEndpoint doing(Part part) throws IOException {
        return started(new FaultyEndpoint(new ServerSocket(), part, false));
    }

    /** Plays its part whenever there is a connection. @param server not yet bound */
    public static FaultyEndpoint connected(ServerSocket server, Part part) throws IOException {
        return started(new FaultyEndpoint(server, part, true));
    }

    private static FaultyEndpoint started(FaultyEndpoint endpoint) throws IOException {
        endpoint.server.bind(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 512);
        inThread(endpoint::accept);
        return endpoint;
    }

    public int port() {
        return server.getLocalPort();
    }

    public List<Seen> requests() {
        return requests;
    }

    /** How many there were, all together. */
    public int connections() {
        return connections.get();
    }

    /** Connections that nobody has closed. */
    public int open() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                inThread(() -> serve(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            new Line(socket).serve();
        } catch (Exception e) {
            // The gateway hung up, or the test did.
        } finally {
            open.remove(socket);
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "faulty-endpoint");
        thread.setDaemon(true);
        thread.start();
    }
}
