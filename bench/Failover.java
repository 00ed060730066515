import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What callers notice when the first of two endpoints fails: Understudy, HAProxy and nginx side by side. See README.md.
 *
 * <p>Every proxy has two endpoints of its own in this process. For each fault the proxies take turns: healthy, then the
 * first endpoint fails, then it heals. Requests arrive at a constant rate whatever became of those before, every second
 * one is a POST, and a latency counts from the moment at which the request was due.
 */
final class Failover {

    private static final int RATE = 200;
    private static final double HEALTHY_SECONDS = 5;
    /** Of the healthy time; connections are opened in it, so that it is not counted. */
    private static final double RUN_IN_SECONDS = 1;
    private static final double HEALING_SECONDS = 20;
    private static final double LEAST_HEALING_SECONDS = 2;
    private static final double NO_ANSWER_SECONDS = 35;
    private static final int BACK_AFTER = 20;
    private static final int WARM_UP_SLOW = 1_000;
    private static final int WARM_UP_FAST = 9_000;

    private static final String BASE = "/bench/v1/thing/";
    private static final byte[] BODY = "x".repeat(1024).getBytes(StandardCharsets.ISO_8859_1);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** How often each request was acted on, by its number. */
    private static final AtomicIntegerArray ACTED = new AtomicIntegerArray(1 << 20);

    private static final List<Process> STARTED = new CopyOnWriteArrayList<>();
    private static final List<Path> FOLDERS = new CopyOnWriteArrayList<>();
    private static final Random PORTS = new Random();
    private static int requestsMade;

    enum Fault {
        KILL("kill", 8, 0),
        BLACK_HOLE("blackhole", 8, 0),
        UNAVAILABLE("503", 8, 3),
        RESET("reset", 8, 3),
        FLAP("flap", 11, -1);

        final String word;
        final int seconds;
        /** The POSTs that Understudy may lose; below zero, it has no target. */
        final int postsToLose;

        Fault(String word, int seconds, int postsToLose) {
            this.word = word;
            this.seconds = seconds;
            this.postsToLose = postsToLose;
        }
    }

    interface Starter {
        Process start(Path folder, int port, int first, int second) throws IOException;
    }

    record Kind(String name, Starter starter) {}

    record Proxy(String name, int port, Endpoint first, Endpoint second) {}

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println(
                    "java bench/Failover.java target/understudy.jar [--only kill,flap] [--proxies understudy,nginx]");
            System.exit(2);
        }
        Path jar = Path.of(args[0]).toAbsolutePath();
        List<Kind> kinds = List.of(
                new Kind("understudy", (folder, port, first, second) -> understudy(jar, folder, port, first, second)),
                new Kind("haproxy", (folder, port, first, second) -> haproxy(HAPROXY, folder, port, first, second)),
                new Kind(
                        "haproxy-first",
                        (folder, port, first, second) -> haproxy(HAPROXY_FIRST, folder, port, first, second)),
                new Kind("nginx", Failover::nginx));
        List<Kind> wanted = chosen(args, "--proxies", kinds, Kind::name);
        List<Fault> faults = chosen(args, "--only", List.of(Fault.values()), fault -> fault.word);
        Runtime.getRuntime().addShutdownHook(new Thread(Failover::cleanUp));
        try {
            run(wanted, faults);
        } catch (MissingProgram e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        System.exit(0);
    }

    private static void run(List<Kind> kinds, List<Fault> faults) throws Exception {
        List<Proxy> proxies = new ArrayList<>();
        for (Kind kind : kinds) {
            proxies.add(start(kind));
        }
        for (Proxy proxy : proxies) {
            warmUp(proxy);
        }
        System.out.printf(
                Locale.ROOT,
                "%d cores, Java %s, %d requests/s, every second one a POST of %d bytes; times in ms%n%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), RATE, BODY.length);
        System.out.println("                          failed       POSTs   healthy               fault             suspended"
                + "       back   our own");
        System.out.println("fault     proxy           GETs  POSTs  twice   p50    p99    worst   worst    more     p50    more"
                + "      s    worst delay");
        List<Row> rows = new ArrayList<>();
        for (Fault fault : faults) {
            for (Proxy proxy : proxies) {
                Row row = measure(proxy, fault);
                rows.add(row);
                System.out.println(row);
            }
            System.out.println();
        }
        System.out.println("What failed, by answer:");
        rows.stream().filter(row -> !row.failures().isEmpty()).forEach(row -> System.out.printf(
                "%-9s %-14s %s%n", row.fault().word, row.proxy(), row.failures()));
        System.out.println();
        System.out.println("Targets of Understudy:");
        rows.stream().filter(row -> row.proxy().equals("understudy")).forEach(row -> System.out.println(row.verdict()));
    }

    private static Proxy start(Kind kind) throws Exception {
        int[] ports = freePorts(3);
        Endpoint first = new Endpoint("first", ports[0]);
        Endpoint second = new Endpoint("second", ports[1]);
        first.open();
        second.open();
        Path folder = Files.createTempDirectory("failover-" + kind.name());
        FOLDERS.add(folder);
        Process process = kind.starter().start(folder, ports[2], ports[0], ports[1]);
        STARTED.add(process);
        await(kind.name(), process, folder, ports[2]);
        return new Proxy(kind.name(), ports[2], first, second);
    }

    /** Of healthy requests alone, as before a first failure in real life. Slow at first, for the Java one's sake. */
    private static void warmUp(Proxy proxy) throws Exception {
        for (int[] part : new int[][] {{WARM_UP_SLOW, RATE + RATE / 4}, {WARM_UP_FAST, 1_500}}) {
            try (Load load = new Load(proxy.port(), part[1], part[0])) {
                load.start();
                load.finish(Long.MAX_VALUE);
                long failed = load.failures().values().stream().mapToLong(count -> count).sum();
                if (failed > 0) {
                    throw new IllegalStateException(proxy.name() + " failed when warming up: " + load.failures());
                }
            }
        }
    }

    private static Row measure(Proxy proxy, Fault fault) throws Exception {
        int most = (int) ((HEALTHY_SECONDS + fault.seconds + HEALING_SECONDS + 5) * RATE);
        try (Load load = new Load(proxy.port(), RATE, most)) {
            load.start();
            long failing = load.between(HEALTHY_SECONDS);
            parkUntil(failing);
            long failed = System.nanoTime();
            fail(proxy.first(), fault, load);
            long healed = System.nanoTime();
            long giveUp = healed + nanos(HEALING_SECONDS);
            parkUntil(healed + nanos(LEAST_HEALING_SECONDS));
            while (load.backAt(healed) < 0 && System.nanoTime() < giveUp) {
                parkUntil(System.nanoTime() + nanos(0.05));
            }
            load.finish(System.nanoTime());
            return Row.of(proxy.name(), fault, load, failed, healed);
        } finally {
            proxy.first().heal();
        }
    }

    /** Returns when the endpoint is healthy again. */
    private static void fail(Endpoint endpoint, Fault fault, Load load) throws Exception {
        long begin = System.nanoTime();
        switch (fault) {
            case KILL -> endpoint.kill();
            case BLACK_HOLE -> endpoint.swallow();
            case UNAVAILABLE -> endpoint.mode = Mode.UNAVAILABLE;
            case RESET -> endpoint.mode = Mode.RESETTING;
            case FLAP -> {
                for (int second = 0; second < fault.seconds - 1; second += 2) {
                    endpoint.kill();
                    parkUntil(load.between(HEALTHY_SECONDS + second + 1));
                    endpoint.heal();
                    parkUntil(load.between(HEALTHY_SECONDS + second + 2));
                }
                endpoint.kill();
            }
        }
        parkUntil(begin + nanos(fault.seconds));
        endpoint.heal();
    }

    // What is measured

    record Row(
            String proxy, Fault fault, long getsFailed, long postsFailed, long postsTwice, double p50, double p99,
            double worst, double faultWorst, double suspended, double back, double delay, Map<String, Long> failures) {

        static Row of(String proxy, Fault fault, Load load, long failed, long healed) {
            double[] healthy = load.latencies(load.begin + nanos(RUN_IN_SECONDS), failed);
            long back = load.backAt(healed);
            return new Row(
                    proxy, fault, load.failed(false), load.failed(true), load.postsTwice(),
                    quantile(healthy, 0.5), quantile(healthy, 0.99), quantile(healthy, 1),
                    quantile(load.latencies(failed, Long.MAX_VALUE), 1),
                    quantile(load.latencies(failed + (healed - failed) / 2, healed), 0.5),
                    back < 0 ? Double.NaN : (back - healed) / 1e9, load.worstDelay(), load.failures());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-9s %-14s %5d %6d %6d %6.1f %6.1f %7.1f %8.1f %7.1f %7.1f %7.1f %7s %8.1f",
                    fault.word, proxy, getsFailed, postsFailed, postsTwice, p50, p99, worst, faultWorst,
                    faultWorst - worst, suspended, suspended - p50,
                    Double.isNaN(back) ? ">" + (int) HEALING_SECONDS : String.format(Locale.ROOT, "%.2f", back), delay);
        }

        String verdict() {
            int bound = fault == Fault.BLACK_HOLE ? 1_050 : 30;
            return String.format("%-9s", fault.word)
                    + said(getsFailed == 0, "no GET failed")
                    + (fault.postsToLose < 0
                            ? ""
                            : said(postsFailed <= fault.postsToLose, "POSTs failed <= " + fault.postsToLose))
                    + said(postsTwice == 0, "no POST twice")
                    + said(faultWorst - worst <= bound, "worst <= " + bound + " ms more")
                    + said(suspended - p50 <= 10, "median once suspended <= 10 ms more")
                    + said(!Double.isNaN(back), "back on the first");
        }

        private static String said(boolean met, String target) {
            return (met ? " PASS " : " FAIL ") + target + ";";
        }
    }

    // The load

    /** Requests that are sent when they are due, on whichever connection is idle, or on a new one. */
    private static final class Load implements AutoCloseable {
        private static final int FIRST = 1;
        private static final int SECOND = 2;
        private static final int FAILED = 3;

        private final int port;
        private final long interval;
        private final int from;
        private final int most;
        private final long[] due;
        private final long[] sent;
        /** Zero while it is in flight; set before the outcome, which is volatile. */
        private final long[] answered;

        private final AtomicIntegerArray outcome;
        private final Map<String, Long> failures = new ConcurrentHashMap<>();
        private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
        private final Selector selector = Selector.open();
        private final Thread sending = new Thread(this::send, "send");
        private final Thread reading = new Thread(this::read, "read");
        private volatile int count;
        private volatile long end = Long.MAX_VALUE;
        private long begin;

        Load(int port, int rate, int most) throws IOException {
            this.port = port;
            this.interval = nanos(1.0 / rate);
            this.most = most;
            this.from = requestsMade;
            requestsMade += most;
            due = new long[most];
            sent = new long[most];
            answered = new long[most];
            outcome = new AtomicIntegerArray(most);
            sending.setDaemon(true);
            reading.setDaemon(true);
        }

        void start() {
            begin = System.nanoTime() + nanos(0.01);
            reading.start();
            sending.start();
        }

        /** Midway between two requests, where as a rule nothing is in flight: nobody can save a POST that is. */
        long between(double seconds) {
            return begin + nanos(seconds) / interval * interval + interval / 2;
        }

        void finish(long end) throws InterruptedException {
            this.end = end;
            sending.join();
            long giveUp = System.nanoTime() + nanos(NO_ANSWER_SECONDS);
            while (inFlight() && System.nanoTime() < giveUp) {
                parkUntil(System.nanoTime() + nanos(0.01));
            }
            for (int i = 0; i < count; i++) {
                if (outcome.get(i) == 0) {
                    fail(i, "no answer");
                }
            }
        }

        private boolean inFlight() {
            for (int i = 0; i < count; i++) {
                if (outcome.get(i) == 0) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void close() throws IOException {
            end = 0;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }

        private void send() {
            for (int i = 0; i < most; i++) {
                due[i] = begin + i * interval;
                parkUntil(due[i]);
                if (due[i] >= end) {
                    return;
                }
                sent[i] = System.nanoTime();
                count = i + 1;
                send(i);
            }
        }

        private void send(int i) {
            ByteBuffer request = request(i);
            try {
                for (Connection reused = idle.pollFirst(); reused != null; reused = idle.pollFirst()) {
                    if (reused.send(i, request)) {
                        return;
                    }
                }
                Connection connection = new Connection();
                if (!connection.send(i, request)) {
                    fail(i, "not sent");
                }
                connection.channel.register(selector, SelectionKey.OP_READ, connection);
                selector.wakeup();
            } catch (IOException e) {
                fail(i, "not sent");
            }
        }

        private ByteBuffer request(int i) {
            boolean post = isPost(i);
            byte[] head = ((post ? "POST " : "GET ") + BASE + (from + i) + " HTTP/1.1\r\nHost: localhost\r\n"
                            + (post
                                    ? "Content-Type: text/plain\r\nContent-Length: " + BODY.length + "\r\n\r\n"
                                    : "\r\n"))
                    .getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer request = ByteBuffer.allocate(head.length + (post ? BODY.length : 0)).put(head);
            return (post ? request.put(BODY) : request).flip();
        }

        private void read() {
            try {
                while (true) {
                    selector.select();
                    for (SelectionKey key : selector.selectedKeys()) {
                        ((Connection) key.attachment()).read();
                    }
                    selector.selectedKeys().clear();
                }
            } catch (ClosedSelectorException e) {
                // Closed, as the load is over.
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void fail(int i, String how) {
            failures.merge(how, 1L, Long::sum);
            answered(i, FAILED);
        }

        private void answered(int i, int how) {
            answered[i] = System.nanoTime();
            outcome.set(i, how);
        }

        private boolean isPost(int i) {
            return i % 2 == 1;
        }

        long failed(boolean posts) {
            long failed = 0;
            for (int i = 0; i < count; i++) {
                failed += isPost(i) == posts && outcome.get(i) == FAILED ? 1 : 0;
            }
            return failed;
        }

        long postsTwice() {
            long twice = 0;
            for (int i = 0; i < count; i++) {
                twice += isPost(i) && ACTED.get(from + i) > 1 ? 1 : 0;
            }
            return twice;
        }

        Map<String, Long> failures() {
            return new TreeMap<>(failures);
        }

        /** When the first of a row of requests was due that the first endpoint answered, or -1. */
        long backAt(long since) {
            int inRow = 0;
            for (int i = 0; i < count; i++) {
                if (due[i] < since || outcome.get(i) == 0) {
                    continue;
                }
                inRow = outcome.get(i) == FIRST ? inRow + 1 : 0;
                if (inRow == BACK_AFTER) {
                    return due[i] - (BACK_AFTER - 1) * interval;
                }
            }
            return -1;
        }

        double[] latencies(long since, long until) {
            double[] latencies = new double[count];
            int used = 0;
            for (int i = 0; i < count; i++) {
                if (due[i] >= since && due[i] < until) {
                    latencies[used++] = (answered[i] - due[i]) / 1e6;
                }
            }
            return Arrays.copyOf(latencies, used);
        }

        double worstDelay() {
            long worst = 0;
            for (int i = 0; i < count; i++) {
                worst = Math.max(worst, sent[i] - due[i]);
            }
            return worst / 1e6;
        }

        private final class Connection {
            private final SocketChannel channel = SocketChannel.open(new InetSocketAddress(LOOPBACK, port));
            private final ByteBuffer in = ByteBuffer.allocate(16 * 1024);
            private int request = -1;

            Connection() throws IOException {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
            }

            /** False when nothing was written, as the proxy had closed the idle connection. */
            synchronized boolean send(int i, ByteBuffer bytes) throws IOException {
                if (!channel.isOpen()) {
                    return false;
                }
                request = i;
                int begin = bytes.position();
                try {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    return true;
                } catch (IOException e) {
                    channel.close();
                    if (bytes.position() > begin) {
                        throw e;
                    }
                    return false;
                }
            }

            synchronized void read() {
                try {
                    if (channel.read(in) < 0) {
                        cut();
                        return;
                    }
                } catch (IOException e) {
                    cut();
                    return;
                }
                String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
                int head = text.indexOf("\r\n\r\n");
                if (head < 0 || text.length() < head + 4 + length(text.substring(0, head))) {
                    return;
                }
                in.clear();
                int i = request;
                request = -1;
                boolean closing = header(text.substring(0, head), "connection").equalsIgnoreCase("close");
                if (closing) {
                    close();
                }
                String body = text.substring(head + 4);
                if (!text.startsWith("HTTP/1.1 200 ")) {
                    fail(i, text.substring(9, 12));
                } else if (body.equals("first " + (from + i))) {
                    answered(i, FIRST);
                } else if (body.equals("second " + (from + i))) {
                    answered(i, SECOND);
                } else {
                    fail(i, "another body");
                }
                if (!closing) {
                    idle.addFirst(this);
                }
            }

            private int length(String head) {
                String length = header(head, "content-length");
                if (length.isEmpty()) {
                    throw new IllegalStateException("an answer without Content-Length: " + head);
                }
                return Integer.parseInt(length);
            }

            private void cut() {
                close();
                idle.remove(this);
                if (request >= 0) {
                    fail(request, "cut");
                }
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

    // The endpoints

    enum Mode {
        ANSWERING,
        UNAVAILABLE,
        RESETTING
    }

    private static final class Endpoint {
        private final String name;
        private final int port;
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();
        private final List<Socket> stuck = new ArrayList<>();
        private ServerSocket listener;
        private Thread accepting = new Thread();
        private volatile Mode mode = Mode.ANSWERING;

        Endpoint(String name, int port) {
            this.name = name;
            this.port = port;
        }

        void open() throws IOException {
            ServerSocket opened = new ServerSocket(port, 1_000, LOOPBACK);
            listener = opened;
            accepting = daemon(() -> accept(opened));
        }

        /** As the end of the process: nothing listens, and what was open is closed. */
        void kill() throws Exception {
            listener.close();
            // The system goes on listening as long as a thread waits for a connection.
            accepting.join();
            for (Socket socket : open) {
                socket.close();
            }
        }

        /** Drops each new SYN, as Linux does when the queue of connections to be accepted is full. */
        void swallow() throws Exception {
            kill();
            do {
                release();
                listener.close();
                listener = new ServerSocket(port, 1, LOOPBACK);
            } while (!fill());
        }

        /** False when a connection of somebody else got into the queue: it would hang there, which is another fault. */
        private boolean fill() throws IOException {
            while (true) {
                Socket socket = new Socket();
                try {
                    socket.connect(new InetSocketAddress(LOOPBACK, port), 50);
                    stuck.add(socket);
                } catch (SocketTimeoutException e) {
                    socket.close();
                    // A backlog of n holds n + 1.
                    return stuck.size() == 2;
                }
            }
        }

        void heal() throws IOException {
            mode = Mode.ANSWERING;
            boolean swallowing = !stuck.isEmpty();
            if (swallowing) {
                listener.close();
                release();
            }
            if (listener.isClosed()) {
                open();
            }
        }

        private void release() throws IOException {
            for (Socket socket : stuck) {
                socket.close();
            }
            stuck.clear();
        }

        private void accept(ServerSocket from) {
            while (true) {
                try {
                    Socket socket = from.accept();
                    open.add(socket);
                    if (from.isClosed()) {
                        socket.close();
                    }
                    daemon(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (true) {
                    String head = head(in);
                    String length = header(head, "content-length");
                    int body = length.isEmpty() ? 0 : Integer.parseInt(length);
                    if (in.readNBytes(body).length < body) {
                        return;
                    }
                    Mode now = mode;
                    String path = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP/"));
                    if (path.startsWith(BASE) && now != Mode.UNAVAILABLE) {
                        // A request that it resets counts: whoever sent it cannot know what became of it.
                        ACTED.incrementAndGet(number(path));
                    }
                    if (now == Mode.RESETTING) {
                        socket.setSoLinger(true, 0);
                        return;
                    }
                    String text = now == Mode.UNAVAILABLE ? "not now" : path.startsWith(BASE) ? name + " " + number(path) : "up";
                    socket.getOutputStream()
                            .write(("HTTP/1.1 " + (now == Mode.UNAVAILABLE ? "503 Service Unavailable" : "200 OK")
                                            + "\r\nContent-Type: text/plain\r\nContent-Length: " + text.length()
                                            + "\r\n\r\n" + text)
                                    .getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                // The proxy hung up, or this endpoint was killed.
            } finally {
                open.remove(socket);
            }
        }

        private static int number(String path) {
            return Integer.parseInt(path.substring(BASE.length()));
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(512);
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            head.append((char) b);
            int length = head.length();
            if (b == '\n' && length > 3 && head.charAt(length - 2) == '\r' && head.charAt(length - 3) == '\n') {
                return head.substring(0, length - 4);
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

    // The proxies

    /** All defaults; the ports and the folder are what a second one on the same machine needs anyway. */
    private static Process understudy(Path jar, Path folder, int port, int first, int second) throws IOException {
        Path apis = Files.createDirectory(folder.resolve("apis"));
        Files.writeString(apis.resolve("bench.yaml"), """
                openapi: 3.0.3
                info: {title: Bench, version: '1'}
                x-wso2-basePath: /bench/v1
                x-wso2-disable-security: true
                x-wso2-production-endpoints:
                  urls: ['http://127.0.0.1:%d/bench/v1', 'http://127.0.0.1:%d/bench/v1']
                  type: failover
                paths:
                  /thing/{id}:
                    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
                    get:
                      responses: {'200': {description: OK}}
                    post:
                      requestBody: {content: {text/plain: {schema: {type: string}}}}
                      responses: {'200': {description: OK}}
                """.formatted(first, second));
        return started(
                folder, Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-jar",
                jar.toString(), "--understudy.http.port=" + port, "--server.port=0", "--management.server.port=0",
                "--understudy.shutdown.delay=0s");
    }

    /**
     * L7 retries for all but POST, as its manual warns. A backup server is asked only once checks, which are of TCP here,
     * found the first one down: a retry before that goes to the first one again.
     */
    private static final String HAPROXY = """
            global
                maxconn 5000
            defaults
                mode http
                timeout connect 1s
                timeout client 60s
                timeout server 30s
                timeout http-keep-alive 60s
                retries 3
                option redispatch 1
                retry-on conn-failure empty-response response-timeout 503
            listen bench
                bind 127.0.0.1:%1$d
                http-request disable-l7-retry if METH_POST
                server first 127.0.0.1:%2$d check inter 1s fall 3 rise 2
                server second 127.0.0.1:%3$d check inter 1s fall 3 rise 2 backup
            """;

    /**
     * The best that we know for this: both servers active and taken in their order, so that a retry goes to the other
     * one at once; checks of HTTP; and three failures of callers in a row take a server out.
     */
    private static final String HAPROXY_FIRST = """
            global
                maxconn 5000
            defaults
                mode http
                timeout connect 1s
                timeout client 60s
                timeout server 30s
                timeout http-keep-alive 60s
                retries 3
                option redispatch 1
                retry-on conn-failure empty-response response-timeout 503
                option httpchk GET /health
                default-server check inter 1s fall 3 rise 2 observe layer7 error-limit 3 on-error mark-down maxconn 4000
            listen bench
                bind 127.0.0.1:%1$d
                balance first
                http-request disable-l7-retry if METH_POST
                server first 127.0.0.1:%2$d id 1
                server second 127.0.0.1:%3$d id 2
            """;

    private static Process haproxy(String configuration, Path folder, int port, int first, int second)
            throws IOException {
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(file, configuration.formatted(port, first, second));
        return started(folder, program("haproxy"), "-db", "-f", file.toString());
    }

    /** One worker, as each has its own count of failures; it is far from busy. It never sends a POST again by itself. */
    private static final String NGINX = """
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            error_log error.log;
            events { worker_connections 5000; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                upstream bench {
                    server 127.0.0.1:%2$d max_fails=3 fail_timeout=1s;
                    server 127.0.0.1:%3$d backup;
                    keepalive 64;
                }
                server {
                    listen 127.0.0.1:%1$d;
                    location / {
                        proxy_pass http://bench;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_connect_timeout 1s;
                        proxy_read_timeout 30s;
                        proxy_next_upstream error timeout http_503;
                    }
                }
            }
            """;

    private static Process nginx(Path folder, int port, int first, int second) throws IOException {
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, NGINX.formatted(port, first, second));
        return started(
                folder, program("nginx"), "-p", folder.toString(), "-e", folder.resolve("error.log").toString(), "-c",
                file.toString());
    }

    private static Process started(Path folder, String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static final class MissingProgram extends RuntimeException {
        MissingProgram(String name) {
            super(name + " is not here: install it (Debian: apt-get install " + name
                    + "), or leave it out with --proxies understudy");
        }
    }

    private static String program(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new MissingProgram(name))
                .toString();
    }

    private static void await(String name, Process process, Path folder, int port) throws IOException {
        long end = System.nanoTime() + nanos(120);
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + BASE + "0").toURL().openConnection();
                connection.setRequestProperty("Connection", "close");
                if (connection.getResponseCode() == 200) {
                    connection.getInputStream().close();
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            parkUntil(System.nanoTime() + nanos(0.05));
        }
        throw new IllegalStateException(name + " did not start: " + Files.readString(folder.resolve("log")));
    }

    private static void cleanUp() {
        List<ProcessHandle> all = STARTED.stream()
                .flatMap(process -> Stream.concat(Stream.of(process.toHandle()), process.descendants()))
                .toList();
        STARTED.forEach(Process::destroy);
        long end = System.nanoTime() + nanos(10);
        while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
            parkUntil(System.nanoTime() + nanos(0.02));
        }
        all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
        FOLDERS.forEach(Failover::delete);
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            System.err.println("left behind: " + folder);
        }
    }

    // Small things

    private interface Name<T> {
        String of(T value);
    }

    private static <T> List<T> chosen(String[] args, String option, List<T> all, Name<T> name) {
        int at = Arrays.asList(args).indexOf(option);
        if (at < 0) {
            return all;
        }
        List<String> words = List.of(args[at + 1].split(","));
        List<String> names = all.stream().map(name::of).toList();
        if (!names.containsAll(words)) {
            throw new IllegalArgumentException(option + " takes some of " + names + ", not " + words);
        }
        return all.stream().filter(value -> words.contains(name.of(value))).toList();
    }

    /** Below the ports of outgoing connections: one of those could take the place of an endpoint that is down. */
    private static int[] freePorts(int count) throws IOException {
        int[] ports = new int[count];
        for (int i = 0; i < count; ) {
            int port = 20_000 + PORTS.nextInt(10_000);
            try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
                if (Arrays.stream(ports).noneMatch(taken -> taken == port)) {
                    ports[i++] = socket.getLocalPort();
                }
            } catch (java.net.BindException e) {
                // Taken; another one then.
            }
        }
        return ports;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void parkUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static long nanos(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static double quantile(double[] values, double quantile) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))];
    }
}
