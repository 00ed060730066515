import java.io.IOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What becomes of 500 concurrent uploads, and of the gateway's memory, when the first endpoint dies in their midst. See
 * README.md.
 *
 * <p>Endpoints and callers are one thread each and hold 16 KB per upload, so that memory is the gateway's alone.
 */
final class Uploads {

    private static final int PIECE = 16 * 1024;
    private static final int SOCKET_BUFFER = 64 * 1024;
    private static final int STUCK_SECONDS = 90;
    private static final int SMALL_ONES = 2_000;
    private static final String BASE = "/bench/v1/upload/";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Each piece of an upload is a slice of it; which one, the upload's number and the piece's say. */
    private static final byte[] RANDOM = new byte[1 << 20];

    private static final Random PORTS = new Random();
    private static Process gateway;
    private static Path folder;

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("java bench/Uploads.java target/understudy.jar [--uploads 500] [--megabytes 20]");
            System.exit(2);
        }
        int uploads = option(args, "--uploads", 500);
        int pieces = option(args, "--megabytes", 20) * (1 << 20) / PIECE;
        new Random(1).nextBytes(RANDOM);
        System.out.printf(
                "%d cores, Java %s, %d uploads of %d MiB%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), uploads,
                pieces * PIECE >> 20);
        Runtime.getRuntime().addShutdownHook(new Thread(Uploads::cleanUp));
        System.exit(run(Path.of(args[0]).toAbsolutePath(), uploads, pieces) ? 0 : 1);
    }

    private static boolean run(Path jar, int uploads, int pieces) throws Exception {
        int[] ports = freePorts();
        Endpoints endpoints = new Endpoints((long) uploads * pieces * PIECE / 2, ports[0], ports[1]);
        Thread serving = new Thread(endpoints::serve, "endpoints");
        serving.setDaemon(true);
        serving.start();
        start(jar, ports);
        long begin = System.nanoTime();
        Callers first = new Callers(ports[2], uploads, pieces, true);
        first.run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        boolean alive = gateway.isAlive();
        Map<String, Integer> small = Map.of();
        double heap = Double.NaN;
        double peak = Double.NaN;
        if (alive) {
            // A leak is found when its buffer was collected, and told when the next ones are allocated.
            jcmd("GC.run");
            Callers after = new Callers(ports[2], SMALL_ONES, 1, false);
            after.run();
            small = after.answers(0);
            heap = heapAfterCollection();
            peak = peak();
        }
        String log = Files.readString(folder.resolve("log"));
        long outOfMemory = lines(log, "OutOfMemoryError") + lines(log, "OutOfDirectMemoryError");
        long leaks = lines(log, "LEAK");
        Map<String, Integer> again = first.answers(1);

        System.out.printf(
                Locale.ROOT, "%.0f s, %.0f MiB reached an endpoint, %.0f MiB/s%n", seconds,
                endpoints.bytes / 1048576.0, endpoints.bytes / 1048576.0 / seconds);
        System.out.println("uploads by answer:                 " + first.answers(0));
        System.out.println("those that failed, sent again:     " + again);
        System.out.println("small ones afterwards:             " + small);
        System.out.println("acted on whole, partial, otherwise framed: " + endpoints.whole + ", " + endpoints.partial + ", "
                + endpoints.otherwise);
        System.out.println("connections cut with the endpoint: " + endpoints.cut);
        System.out.printf(Locale.ROOT, "peak resident, heap after GC, MiB: %.0f, %.0f%n", peak, heap);
        System.out.println("OutOfMemoryError, LEAK, ERROR:     " + outOfMemory + ", " + leaks + ", " + lines(log, "ERROR"));
        if (!alive) {
            System.out.println("the gateway ended with " + gateway.waitFor());
        }
        int unanswered = first.answers(0).getOrDefault("no answer", 0) + again.getOrDefault("no answer", 0);
        int failed = again.values().stream().mapToInt(count -> count).sum();
        return said(alive, "the gateway lives")
                & said(endpoints.cut > 0, "the endpoint died in the midst of uploads")
                & said(unanswered == 0, "every upload got an answer or an end")
                & said(failed <= endpoints.cut, "no more failed than were in flight to the endpoint that died")
                & said(again.getOrDefault("200 whole", 0) == failed, "what was sent again arrived whole")
                & said(small.getOrDefault("200 whole", 0) == SMALL_ONES, "the small ones afterwards arrived whole")
                & said(endpoints.partial + endpoints.otherwise == 0, "no partial body was acted on")
                & said(outOfMemory == 0, "no OutOfMemoryError")
                & said(leaks == 0, "no LEAK");
    }

    private static boolean said(boolean met, String target) {
        System.out.println((met ? "PASS " : "FAIL ") + target);
        return met;
    }

    /** Where a piece begins in {@link #RANDOM}. */
    private static int slice(int upload, int piece) {
        int mixed = (upload * 31 + piece + 1) * 0x9E3779B1;
        return (mixed >>> 1) % (RANDOM.length - PIECE);
    }

    private static long hash(int upload, int pieces) {
        CRC32C hash = new CRC32C();
        for (int piece = 0; piece < pieces; piece++) {
            hash.update(RANDOM, slice(upload, piece), PIECE);
        }
        return hash.getValue();
    }

    // The callers

    private static final class Callers {
        private final int port;
        private final int uploads;
        private final int pieces;
        private final boolean again;
        private final Selector selector = Selector.open();
        private final ByteBuffer in = ByteBuffer.allocate(16 * 1024);
        /** By try, the first one and the second. */
        private final Map<?, ?>[] answers = {new TreeMap<String, Integer>(), new TreeMap<String, Integer>()};

        private int open;
        private int started;

        Callers(int port, int uploads, int pieces, boolean again) throws IOException {
            this.port = port;
            this.uploads = uploads;
            this.pieces = pieces;
            this.again = again;
        }

        @SuppressWarnings("unchecked")
        Map<String, Integer> answers(int attempt) {
            return (Map<String, Integer>) answers[attempt];
        }

        void run() throws IOException {
            int atOnce = again ? uploads : 50;
            while (started < atOnce) {
                new Upload(started++, 0);
            }
            long progress = System.nanoTime();
            while (open > 0 && System.nanoTime() - progress < TimeUnit.SECONDS.toNanos(STUCK_SECONDS)) {
                if (selector.select(1_000) > 0) {
                    progress = System.nanoTime();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    ((Upload) key.attachment()).goOn(key);
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                ((Upload) key.attachment()).end("no answer", false);
            }
        }

        private final class Upload {
            private final int number;
            private final int attempt;
            private final SocketChannel channel = SocketChannel.open();
            private final ByteBuffer out = ByteBuffer.allocate(PIECE + 1024);
            private final StringBuilder answer = new StringBuilder();
            private int piece;
            private boolean ended;

            Upload(int number, int attempt) throws IOException {
                this.number = number;
                this.attempt = attempt;
                open++;
                try {
                    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
                    channel.connect(new InetSocketAddress(LOOPBACK, port));
                } catch (IOException e) {
                    end("not connected", false);
                    return;
                }
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, this);
                put("PUT " + BASE + number + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                        + "Transfer-Encoding: chunked\r\nX-Hash: " + hash(number, pieces) + "\r\n\r\n");
                out.flip();
            }

            void goOn(SelectionKey key) throws IOException {
                if (key.isValid() && key.isReadable()) {
                    read();
                }
                if (!ended && key.isValid() && key.isWritable()) {
                    write(key);
                }
            }

            private void write(SelectionKey key) {
                try {
                    for (int i = 0; i < 4; i++) {
                        if (!out.hasRemaining() && !fill()) {
                            key.interestOps(SelectionKey.OP_READ);
                            return;
                        }
                        channel.write(out);
                        if (out.hasRemaining()) {
                            return;
                        }
                    }
                } catch (IOException e) {
                    // An answer may have come before; what is read next tells.
                    key.interestOps(SelectionKey.OP_READ);
                }
            }

            private boolean fill() {
                if (piece > pieces) {
                    return false;
                }
                out.clear();
                if (piece < pieces) {
                    put(Integer.toHexString(PIECE) + "\r\n");
                    out.put(RANDOM, slice(number, piece), PIECE);
                    put("\r\n");
                } else {
                    put("0\r\n\r\n");
                }
                piece++;
                out.flip();
                return true;
            }

            private void put(String text) {
                out.put(text.getBytes(StandardCharsets.ISO_8859_1));
            }

            private void read() throws IOException {
                in.clear();
                try {
                    if (channel.read(in) < 0) {
                        end("cut", again);
                        return;
                    }
                } catch (IOException e) {
                    end("cut", again);
                    return;
                }
                answer.append(new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1));
                int head = answer.indexOf("\r\n\r\n");
                if (head < 0) {
                    return;
                }
                String length = header(answer.substring(0, head), "content-length");
                int end = head + 4 + (length.isEmpty() ? 0 : Integer.parseInt(length));
                if (answer.length() < end) {
                    return;
                }
                String status = answer.substring(9, 12);
                boolean whole = status.equals("200") && answer.substring(head + 4, end).equals("whole " + number);
                end(whole ? "200 whole" : status, again && !whole);
            }

            private void end(String how, boolean oneMore) throws IOException {
                if (ended) {
                    return;
                }
                ended = true;
                channel.close();
                open--;
                answers(attempt).merge(how, 1, Integer::sum);
                if (oneMore && attempt == 0) {
                    new Upload(number, 1);
                } else if (started < uploads) {
                    new Upload(started++, 0);
                }
            }
        }
    }

    // The endpoints

    private enum Part {
        HEAD,
        SIZE,
        DATA,
        DATA_END,
        TRAILER
    }

    private static final class Endpoints {
        private final Selector selector = Selector.open();
        private final ByteBuffer in = ByteBuffer.allocateDirect(256 * 1024);
        private final long deathAt;
        private final ServerSocketChannel first;
        private boolean dead;
        private volatile long bytes;
        private volatile int whole;
        private volatile int partial;
        private volatile int otherwise;
        /** Connections on which the first endpoint had begun a request when it died. */
        private volatile int cut;

        Endpoints(long deathAt, int first, int second) throws IOException {
            this.deathAt = deathAt;
            this.first = listen(first);
            listen(second);
        }

        private ServerSocketChannel listen(int port) throws IOException {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            listener.bind(new InetSocketAddress(LOOPBACK, port), 1_000);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            return listener;
        }

        void serve() {
            try {
                while (true) {
                    selector.select();
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (!key.isValid()) {
                            continue;
                        }
                        if (key.isAcceptable()) {
                            accept((ServerSocketChannel) key.channel());
                        } else {
                            ((Connection) key.attachment()).read();
                        }
                    }
                    selector.selectedKeys().clear();
                    if (!dead && bytes >= deathAt) {
                        die();
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void accept(ServerSocketChannel listener) throws IOException {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Connection(channel, listener == first));
            }
        }

        /** As a process does: what was not read yet turns the end of a connection into a reset. */
        private void die() throws IOException {
            dead = true;
            first.close();
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof Connection connection && connection.onFirst) {
                    cut += connection.idle() ? 0 : 1;
                    connection.channel.close();
                }
            }
            // Closed sockets go with the next selection.
            selector.selectNow(key -> {});
        }

        private final class Connection {
            private final SocketChannel channel;
            private final boolean onFirst;
            private final CRC32C hash = new CRC32C();
            private final StringBuilder line = new StringBuilder();
            private final StringBuilder head = new StringBuilder();
            private Part part = Part.HEAD;
            private int left;

            Connection(SocketChannel channel, boolean onFirst) {
                this.channel = channel;
                this.onFirst = onFirst;
            }

            boolean idle() {
                return part == Part.HEAD && head.isEmpty() && line.isEmpty();
            }

            void read() {
                try {
                    in.clear();
                    if (channel.read(in) < 0) {
                        channel.close();
                        return;
                    }
                    in.flip();
                    while (in.hasRemaining()) {
                        if (part == Part.DATA) {
                            data();
                        } else {
                            line();
                        }
                    }
                } catch (IOException e) {
                    close();
                }
            }

            private void data() {
                int limit = in.limit();
                int length = Math.min(left, in.remaining());
                in.limit(in.position() + length);
                hash.update(in);
                in.limit(limit);
                bytes += length;
                left -= length;
                part = left == 0 ? Part.DATA_END : Part.DATA;
            }

            private void line() throws IOException {
                char next = (char) in.get();
                if (next != '\n') {
                    line.append(next);
                    return;
                }
                String text = line.toString().stripTrailing();
                line.setLength(0);
                switch (part) {
                    case HEAD -> {
                        head.append(text).append("\r\n");
                        if (text.isEmpty()) {
                            begin();
                        }
                    }
                    case SIZE -> {
                        left = Integer.parseInt(text, 16);
                        part = left == 0 ? Part.TRAILER : Part.DATA;
                    }
                    case DATA_END -> part = Part.SIZE;
                    default -> {
                        if (text.isEmpty()) {
                            end();
                        }
                    }
                }
            }

            private void begin() throws IOException {
                if (head.indexOf(BASE) < 0) {
                    throw new IOException("no upload");
                }
                if (!header(head.toString(), "transfer-encoding").equalsIgnoreCase("chunked")) {
                    // Whatever it is, it is not what the caller sent.
                    otherwise++;
                    throw new IOException("another framing");
                }
                hash.reset();
                part = Part.SIZE;
            }

            private void end() throws IOException {
                boolean equal = header(head.toString(), "x-hash").equals(Long.toString(hash.getValue()));
                if (equal) {
                    whole++;
                } else {
                    partial++;
                }
                int number = head.indexOf(BASE) + BASE.length();
                String body = (equal ? "whole " : "partial ") + head.substring(number, head.indexOf(" HTTP/"));
                head.setLength(0);
                part = Part.HEAD;
                channel.write(ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.ISO_8859_1)));
            }

            private void close() {
                try {
                    channel.close();
                } catch (IOException e) {
                    // It is gone either way.
                }
            }
        }
    }

    /** Its value, or nothing. */
    private static String header(String head, String name) {
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon == name.length() && line.regionMatches(true, 0, name, 0, colon)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    // The gateway

    private static void start(Path jar, int[] ports) throws IOException {
        folder = Files.createTempDirectory("uploads");
        Files.writeString(Files.createDirectory(folder.resolve("apis")).resolve("bench.yaml"), """
                openapi: 3.0.3
                info: {title: Bench, version: '1'}
                x-wso2-basePath: /bench/v1
                x-wso2-disable-security: true
                x-wso2-production-endpoints:
                  urls: ['http://127.0.0.1:%d/bench/v1', 'http://127.0.0.1:%d/bench/v1']
                  type: failover
                paths:
                  /upload/{id}:
                    put:
                      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
                      requestBody: {content: {application/octet-stream: {schema: {type: string, format: binary}}}}
                      responses: {'200': {description: OK}}
                """.formatted(ports[0], ports[1]));
        gateway = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:MaxDirectMemorySize=256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dio.netty.leakDetection.level=paranoid",
                        "-jar",
                        jar.toString(),
                        "--understudy.http.port=" + ports[2],
                        "--server.port=0",
                        "--management.server.port=0",
                        "--understudy.shutdown.delay=0s")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < end && gateway.isAlive()) {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + ports[2] + "/ready").toURL().openConnection();
                if (connection.getResponseCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new IllegalStateException("the gateway did not start: " + Files.readString(folder.resolve("log")));
    }

    /** The most that was ever resident, in MiB. Linux only. */
    private static double peak() throws IOException {
        String status = Files.readString(Path.of("/proc/" + gateway.pid() + "/status"));
        return Integer.parseInt(status.replaceAll("(?s).*VmHWM:\\s*(\\d+) kB.*", "$1")) / 1024.0;
    }

    private static double heapAfterCollection() throws Exception {
        jcmd("GC.run");
        String info = jcmd("GC.heap_info");
        return Integer.parseInt(info.replaceAll("(?s).*? used (\\d+)K.*", "$1")) / 1024.0;
    }

    private static String jcmd(String command) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + gateway.pid(), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static long lines(String log, String word) {
        return log.lines().filter(line -> line.contains(word)).count();
    }

    private static void cleanUp() {
        if (gateway != null) {
            gateway.destroy();
            try {
                if (!gateway.waitFor(10, TimeUnit.SECONDS)) {
                    gateway.destroyForcibly();
                }
            } catch (InterruptedException e) {
                gateway.destroyForcibly();
            }
        }
        if (folder != null) {
            try (Stream<Path> paths = Files.walk(folder)) {
                paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            } catch (IOException e) {
                System.err.println("left behind: " + folder);
            }
        }
    }

    // Small things

    private static int option(String[] args, String name, int otherwise) {
        int at = Arrays.asList(args).indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(args[at + 1]);
    }

    /** Below the ports of outgoing connections: one of those could take the place of an endpoint that is down. */
    private static int[] freePorts() throws IOException {
        int[] ports = new int[3];
        for (int i = 0; i < ports.length; ) {
            int port = 20_000 + PORTS.nextInt(10_000);
            try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
                if (Arrays.stream(ports).noneMatch(taken -> taken == port)) {
                    ports[i++] = socket.getLocalPort();
                }
            } catch (BindException e) {
                // Taken; another one then.
            }
        }
        return ports;
    }
}
