import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How many requests one core serves: Understudy as it is shipped beside plain Spring Cloud Gateway, HAProxy and the least that
 * Reactor Netty needs for a proxy. See README.md.
 *
 * <p>Who is measured has the first core alone; the load and the endpoints share the second. All are there all the time, and
 * take turns, so that whatever else the machine does meets each of them.
 */
final class Speed {

    private static final int CONNECTIONS = 50;
    private static final int WINDOW_SECONDS = 2;
    /** In turn, so that what others do with the machine, which lasts for longer, meets everybody. */
    private static final double SLICE_SECONDS = 0.1;
    private static final int WARM_UP_WINDOWS_AT_MOST = 20;
    private static final double WINDOWS_AGREE = 0.03;
    private static final int WINDOWS_TO_AGREE = 2;
    private static final double COMPILERS_REST = 0.05;
    private static final Pattern COMPILE_TIME = Pattern.compile("java\\.ci\\.totalTime=(\\d+)");
    private static final Pattern FREQUENCY = Pattern.compile("sun\\.os\\.hrt\\.frequency=(\\d+)");
    private static final int TOKENS = 60_000;
    /** Processes of each size of Understudy: what the compilers make of the same jar differs by some percent. */
    private static final int SAME = 3;

    private static final int DEPLOYS_TO_WARM_UP = 60;
    private static final String DEPLOYER = "deployer";
    /** For which it is looked at what a deploy or a scrape does to requests: longer than nearly all take, with what piles up behind them. */
    private static final long AFTERWARDS = 1_000_000_000L;
    private static final String NOTHING_DONE = "nothing done";
    private static final String AUTHORIZED = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("bench:bench".getBytes(StandardCharsets.UTF_8)) + "\r\n";
    private static final String GATEWAY_CORE = "0";
    private static final String LOAD_CORE = "1";
    private static final String ISSUER = "https://issuer.example";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final List<Process> STARTED = new CopyOnWriteArrayList<>();
    private static final List<Process> MEASURED = new CopyOnWriteArrayList<>();

    // As on a machine with one core, on which they run when they are measured.
    // The last four are those of docs/how-to/run-on-few-cores.md. Each gateway has them all.
    private static final List<String> JVM = List.of(
            "-Xmx512m",
            "-XX:ActiveProcessorCount=1",
            "-XX:ThreadPriorityPolicy=1",
            "-XX:JavaPriority1_To_OSPriority=10",
            "-XX:CompilerThreadPriority=10",
            "-XX:NewRatio=1");

    /**
     * What is asked of whom.
     *
     * @param ports of several processes that are the same
     * @param requests whole heads, asked in turn
     */
    record Case(String name, List<Integer> ports, byte[][] requests) {

        Case(String name, int port, byte[][] requests) {
            this(name, List.of(port), requests);
        }

        int port() {
            return ports.get(0);
        }

        /** The same of each process by itself. */
        List<Case> each() {
            return ports.stream().map(port -> new Case(name, port, requests)).toList();
        }
    }

    /** A gateway that runs. */
    record Gateway(int port, int admin) {}

    /**
     * One measurement.
     *
     * @param perSecond requests that got a 200
     * @param gatewayCore share of the time in which it was busy, as is that of the load
     */
    record Figure(double perSecond, double gatewayCore, double loadCore) {}

    /** What was counted in some slices. @param busy ticks of both cores, of {@code all} */
    record Count(long answered, double seconds, long[] busy, long[] all) {

        static final Count NOTHING = new Count(0, 0, new long[2], new long[2]);

        Count plus(Count more) {
            return new Count(
                    answered + more.answered, seconds + more.seconds, sum(busy, more.busy), sum(all, more.all));
        }

        /** Of some processes that are the same, each of which had as long as the others. */
        static Figure figure(List<Count> same) {
            Count all = same.stream().reduce(NOTHING, Count::plus);
            return new Figure(all.answered / all.seconds, all.share(0), all.share(1));
        }

        private double share(int core) {
            return busy[core] / (double) Math.max(1, all[core]);
        }

        private static long[] sum(long[] some, long[] others) {
            return new long[] {some[0] + others[0], some[1] + others[1]};
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("java bench/Speed.java target/understudy.jar [--rounds 7] [--seconds 3] [--only 'understudy;plain gateway']"
                    + " [--jvm '-XX:+UseParallelGC']");
            System.exit(2);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(Speed::end)));
        if (Runtime.getRuntime().availableProcessors() < 2) {
            System.err.println("Needs two cores: one for who is measured, one for the load.");
            System.exit(2);
        }
        try {
            new Speed(Path.of(args[0]).toAbsolutePath(), option(args, "--jvm", "").split(" "))
                    .run(
                            Integer.parseInt(option(args, "--rounds", "7")),
                            Integer.parseInt(option(args, "--seconds", "3")),
                            List.of(option(args, "--only", "").split(";")));
        } catch (MissingProgram e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        System.exit(0);
    }

    private final Path jar;
    private final String[] jvm;
    private final Path folder = Files.createTempDirectory("speed");
    private final KeyPair keys = keys();
    private final Path publicKey = folder.resolve("public.pem");
    private final String token = token(0);
    private final ExecutorService deployer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, DEPLOYER);
        thread.setDaemon(true);
        return thread;
    });
    private int first;
    private int second;

    private Speed(Path jar, String[] jvm) throws IOException, GeneralSecurityException {
        this.jar = jar;
        this.jvm = jvm;
        Files.writeString(
                publicKey,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    private void run(int rounds, int seconds, List<String> only) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, Java %s, load average %s; %d connections, %d rounds of %d s%n",
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                loadAverage(),
                CONNECTIONS,
                rounds,
                seconds);
        boolean all = only.equals(List.of(""));
        String[] fresh = all || only.stream().anyMatch(name -> name.endsWith(", fresh")) ? freshTokens() : new String[] {token};
        endpoints();
        Path peers = peers();
        int plain = plain(peers);
        List<Gateway> tens = new ArrayList<>();
        List<Gateway> thousands = new ArrayList<>();
        for (int i = 0; i < SAME; i++) {
            tens.add(understudy("ten" + i, 1, 10));
            thousands.add(understudy("many" + i, 100, 100));
        }
        int ten = tens.get(0).port();
        int haproxy = haproxy();
        int hand = handMade(peers);

        Map<String, Case> cases = new LinkedHashMap<>();
        add(cases, new Case("understudy", ports(tens), requests(10, i -> operation(i), i -> token)));
        add(cases, new Case("plain gateway", plain, requests(10, i -> operation(i), i -> token)));
        add(cases, new Case("haproxy", haproxy, requests(10, i -> operation(i), i -> token)));
        add(cases, new Case("hand-made", hand, requests(10, i -> operation(i), i -> token)));
        add(cases, new Case("10,000 operations", ports(thousands), requests(10_000, i -> operation(i), i -> token)));
        add(cases, new Case("first is dead", ports(tens), requests(10, i -> "/dead/v1/thing" + i + "/17/part", i -> token)));
        add(cases, new Case("understudy, fresh", ten, requests(TOKENS, i -> operation(i % 10), i -> fresh[i % fresh.length])));
        add(cases, new Case("plain, fresh", plain, requests(TOKENS, i -> operation(i % 10), i -> fresh[i % fresh.length])));
        add(cases, new Case("endpoint alone", first, requests(10, i -> operation(i), i -> token)));

        if (!all) {
            cases.keySet().retainAll(only);
        }
        Load load = new Load();
        // With all cores, as the compilers of a JVM that has one core get no turn beside its work.
        for (int pass = 0; pass < 2; pass++) {
            for (Case each : cases.values()) {
                warmUp(load, each);
            }
        }
        pinAll();
        for (Case each : cases.values()) {
            warmUp(load, each);
        }
        Map<String, List<Figure>> figures = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Figure> each : round(load, cases.values(), seconds).entrySet()) {
                figures.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(each.getValue());
            }
        }
        load.closeAll();
        tell(figures);
        if (cases.keySet().containsAll(List.of("understudy", "haproxy"))) {
            underHalfLoad(load, cases, figures, rounds, seconds);
        }
        if (cases.containsKey("10,000 operations")) {
            whileDeploying(load, cases.get("10,000 operations").each().get(0), thousands.get(0), rounds);
        }
    }

    /** Of those who serve so much. */
    private static void underHalfLoad(
            Load load, Map<String, Case> cases, Map<String, List<Figure>> figures, int rounds, int seconds)
            throws IOException {
        double half = median(figures.get("understudy"), Figure::perSecond) / 2;
        List<Case> compared = Stream.of("understudy", "haproxy", "plain gateway", "hand-made")
                .filter(cases::containsKey)
                .filter(name -> median(figures.get(name), Figure::perSecond) > half * 1.2)
                .map(cases::get)
                .toList();
        underHalfLoad(load, compared, (int) half, rounds, seconds);
    }

    /** Everybody gets a slice in turn until each has had its seconds. */
    private static Map<String, Figure> round(Load load, Collection<Case> cases, int seconds) throws IOException {
        List<Case> processes = cases.stream().flatMap(each -> each.each().stream()).toList();
        Map<Case, Count> counts = new LinkedHashMap<>();
        for (int slice = 0; slice < seconds / SLICE_SECONDS; slice++) {
            for (Case each : processes) {
                counts.merge(each, load.slice(each, SLICE_SECONDS), Count::plus);
            }
        }
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (Case each : cases) {
            figures.put(
                    each.name(),
                    Count.figure(each.each().stream().map(counts::get).toList()));
        }
        return figures;
    }

    private static List<Integer> ports(List<Gateway> gateways) {
        return gateways.stream().map(Gateway::port).toList();
    }

    private static void add(Map<String, Case> cases, Case one) {
        cases.put(one.name(), one);
    }

    // What is told

    private static void tell(Map<String, List<Figure>> figures) {
        System.out.printf("%n%-20s %10s %10s %10s %9s %9s%n", "", "requests/s", "least", "most", "its core", "load's");
        figures.forEach((name, all) -> System.out.printf(
                Locale.ROOT,
                "%-20s %10.0f %10.0f %10.0f %8.0f%% %8.0f%%%n",
                name,
                median(all, Figure::perSecond),
                all.stream().mapToDouble(Figure::perSecond).min().orElseThrow(),
                all.stream().mapToDouble(Figure::perSecond).max().orElseThrow(),
                median(all, Figure::gatewayCore) * 100,
                median(all, Figure::loadCore) * 100));
        System.out.printf("%n%-52s %7s %9s %9s  %s%n", "", "ratio", "at least", "aim", "");
        ratio(figures, "token, two healthy, to plain Spring Cloud Gateway", "understudy", "plain gateway", 3.0, 5.5);
        ratio(figures, "the same to HAProxy with JWT verification", "understudy", "haproxy", 0.5, 1.0);
        ratio(figures, "the same to the hand-made proxy", "understudy", "hand-made", 0.5, 0.9);
        ratio(figures, "10,000 operations to own 10", "10,000 operations", "understudy", 0.95, 1.0);
        ratio(figures, "tokens never seen, to plain with them", "understudy, fresh", "plain, fresh", 1.5, 2.0);
        ratio(figures, "first endpoint dead and suspended, to own healthy", "first is dead", "understudy", 0.95, 1.0);
    }

    // Of each round by itself, so that a slow moment of the machine meets both.
    private static void ratio(
            Map<String, List<Figure>> figures, String what, String one, String other, double least, double aim) {
        if (!figures.keySet().containsAll(List.of(one, other))) {
            return;
        }
        List<Figure> ones = figures.get(one);
        List<Figure> others = figures.get(other);
        double[] ratios = IntStream.range(0, ones.size())
                .mapToDouble(i -> ones.get(i).perSecond() / others.get(i).perSecond())
                .toArray();
        double ratio = median(ratios);
        System.out.printf(
                Locale.ROOT,
                "%-52s %6.2fx %8.2fx %8.2fx  %s (%.2f to %.2f)%n",
                what, ratio, least, aim, ratio >= aim ? "AIM" : ratio >= least ? "PASS" : "FAIL",
                Arrays.stream(ratios).min().orElseThrow(), Arrays.stream(ratios).max().orElseThrow());
    }

    /** Who deploys shares a core with the load, and would hold up what it asks and the clock of what it gets. So do threads that it starts. */
    private static void letTheLoadGoFirst() throws Exception {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path each : threads.toList()) {
                if (Files.readString(each.resolve("comm")).startsWith(DEPLOYER)) {
                    run(Path.of("."), program("renice"), "-n", "19", "-p", each.getFileName().toString());
                }
            }
        }
    }

    /**
     * @param begun when a connection was asked for, by {@link System#nanoTime}
     * @param handshake seconds until there was one
     * @param answer seconds from there until all of the answer was there
     * @param seconds from the beginning until a path that was not there before was served
     * @param waited seconds of these in which who deploys would have gone on, and the load had the core
     */
    record Deploy(long begun, double handshake, double answer, double seconds, double waited) {

        double own() {
            return seconds - waited;
        }
    }

    /**
     * Ten seconds in which nothing is done, in which one document of a hundred is deployed, and in which the metrics are
     * scraped, in turn; and, half as often, in which one document each second is deployed.
     */
    private void whileDeploying(Load load, Case many, Gateway gateway, int rounds) throws Exception {
        warmUpDeploys(load, many, gateway);
        int rate = (int) load.closed(many, 5 * WINDOW_SECONDS) / 2;
        List<Deploy> live = new ArrayList<>();
        List<Double> scrapes = new ArrayList<>();
        int[] bytes = new int[1];
        Map<String, List<double[]>> times = new LinkedHashMap<>();
        Map<String, List<Double>> harms = new LinkedHashMap<>();
        for (int round = 0; round < 2 * rounds; round++) {
            int version = round * 1_000;
            Map<String, Callable<Long>> disturbances = new LinkedHashMap<>();
            disturbances.put(NOTHING_DONE, System::nanoTime);
            disturbances.put("1 deploy", () -> {
                live.add(deploy(version, gateway));
                return live.get(live.size() - 1).begun();
            });
            disturbances.put("1 scrape", () -> {
                long begun = System.nanoTime();
                bytes[0] = scrape(gateway);
                scrapes.add((System.nanoTime() - begun) / 1e9);
                return begun;
            });
            for (Map.Entry<String, Callable<Long>> each : disturbances.entrySet()) {
                Future<Long> begun = deployer.submit(() -> {
                    TimeUnit.SECONDS.sleep(5);
                    return each.getValue().call();
                });
                Answers answers = load.open(many, rate, 10);
                times.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(quantiles(answers.micros()));
                harms.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                        .add(quantile(answers.micros(), 0.99) / quantile(answers.without(begun.get(), AFTERWARDS), 0.99));
            }
            if (round % 2 == 0) {
                Future<?> deployed = deployer.submit(() -> {
                    for (int i = 1; i <= 9; i++) {
                        TimeUnit.MILLISECONDS.sleep(900);
                        live.add(deploy(version + i, gateway));
                    }
                    return null;
                });
                times.computeIfAbsent("9 deploys", name -> new ArrayList<>())
                        .add(quantiles(load.open(many, rate, 10).micros()));
                deployed.get();
            }
        }
        System.out.printf(
                "%n%d requests/s over 10,000 operations for 10 s, deploys of one document of 100 operations, scrapes of %d KiB%n"
                        + "%-20s %10s %10s %10s%n",
                rate, bytes[0] / 1024, "", "p50", "p99", "p99.9");
        tellQuantiles(times);
        double[] chance = sorted(harms.get(NOTHING_DONE).stream());
        harms.forEach((name, ratios) -> {
            double[] with = sorted(ratios.stream());
            double harm = median(with);
            System.out.printf(
                    Locale.ROOT,
                    "%-52s %6.2fx %8.2fx %8.2fx  %s (%.2f to %.2f)%n",
                    "p99 to that without a second, " + name, harm, 1.1, 1.0,
                    name.equals(NOTHING_DONE) ? "what chance does" : harm <= 1.0 ? "AIM" : harm <= 1.1 ? "PASS" : "FAIL",
                    with[0], with[with.length - 1]);
        });
        Deploy slowest = live.stream().max(Comparator.comparingDouble(Deploy::own)).orElseThrow();
        double worst = slowest.own();
        System.out.printf(
                Locale.ROOT,
                "%-52s %6.2fs %8.2fs %8.2fs  %s (median of %d: %.2f s; with what who deploys waited for the load %.2f, and %.2f at most)%n",
                "a changed document live, the slowest", worst, 1.0, 0.3, worst <= 0.3 ? "AIM" : worst <= 1 ? "PASS" : "FAIL",
                live.size(), median(sorted(live.stream().map(Deploy::own))), median(sorted(live.stream().map(Deploy::seconds))),
                live.stream().mapToDouble(Deploy::seconds).max().orElseThrow());
        System.out.printf(
                Locale.ROOT,
                "of the slowest the handshake took %.2f s and the answer %.2f s; medians %.2f and %.2f%n",
                slowest.handshake(), slowest.answer(),
                median(sorted(live.stream().map(Deploy::handshake))), median(sorted(live.stream().map(Deploy::answer))));
        double[] read = sorted(scrapes.stream());
        System.out.printf(Locale.ROOT, "a scrape: median %.3f s, the slowest %.3f s%n", median(read), read[read.length - 1]);
    }

    private static double[] sorted(Stream<Double> values) {
        return values.mapToDouble(Double::doubleValue).sorted().toArray();
    }

    // Only now: until here both sizes of Understudy have the same past, and so the same code from their compilers.
    private void warmUpDeploys(Load load, Case many, Gateway gateway) throws Exception {
        for (Process each : MEASURED) {
            pin(each.toHandle(), GATEWAY_CORE + "," + LOAD_CORE);
        }
        deployer.submit(() -> {
                    for (int version = 0; version < DEPLOYS_TO_WARM_UP; version++) {
                        deploy(-version, gateway);
                        scrape(gateway);
                    }
                    return null;
                })
                .get();
        warmUp(load, many);
        pinAll();
        warmUp(load, many);
        letTheLoadGoFirst();
    }

    /** As who deploys from another machine, so what is only made ready here is not counted: the document, and the trust. */
    private Deploy deploy(int version, Gateway gateway) throws Exception {
        String path = "/changed/" + version;
        byte[] document = (document("deployed", 99, first, second) + "  " + path
                        + ":\n    get:\n      responses: {'200': {description: OK}}\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] put = ("PUT /api/v1/apis/deployed HTTP/1.1\r\nHost: 127.0.0.1\r\n" + AUTHORIZED
                        + "Content-Type: application/yaml\r\nConnection: close\r\nContent-Length: " + document.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] get = ("GET /deployed/v1" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        SSLSocketFactory sockets = trustingAll().getSocketFactory();
        double waited = waitedForACore();
        long begin = System.nanoTime();
        long connected;
        String deployed;
        try (SSLSocket socket = handshake(sockets, gateway)) {
            connected = System.nanoTime();
            socket.getOutputStream().write(put);
            socket.getOutputStream().write(document);
            deployed = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
        long answered = System.nanoTime();
        String served;
        try (Socket socket = new Socket(LOOPBACK, gateway.port())) {
            socket.getOutputStream().write(get);
            served = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
        if (!served.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException("deploy: " + deployed + "; then " + served);
        }
        return new Deploy(
                begin,
                (connected - begin) / 1e9,
                (answered - connected) / 1e9,
                (System.nanoTime() - begin) / 1e9,
                waitedForACore() - waited);
    }

    /** @return seconds in which this thread could have run, and did not, since it began */
    private static double waitedForACore() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/thread-self/schedstat")).split(" ")[1]) / 1e9;
    }

    /** With no session to resume, as a factory of its own has none. */
    private static SSLSocket handshake(SSLSocketFactory sockets, Gateway gateway) throws IOException {
        SSLSocket socket = (SSLSocket) sockets.createSocket(LOOPBACK, gateway.admin());
        socket.startHandshake();
        return socket;
    }

    /** @return bytes of the metrics as Prometheus gets them */
    private static int scrape(Gateway gateway) throws Exception {
        try (SSLSocket socket = handshake(trustingAll().getSocketFactory(), gateway)) {
            socket.getOutputStream()
                    .write(("GET /actuator/prometheus HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + AUTHORIZED + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            if (!new String(answer, 0, 12, StandardCharsets.US_ASCII).equals("HTTP/1.1 200")) {
                throw new IllegalStateException(new String(answer, StandardCharsets.UTF_8));
            }
            return answer.length;
        }
    }

    private static void tellQuantiles(Map<String, List<double[]>> times) {
        times.forEach((name, all) -> System.out.printf(
                Locale.ROOT,
                "%-20s %10.0f %10.0f %10.0f%n",
                name, quantileOf(all, 0), quantileOf(all, 1), quantileOf(all, 2)));
    }

    private static double[] quantiles(double[] all) {
        return new double[] {quantile(all, 0.5), quantile(all, 0.99), quantile(all, 0.999)};
    }

    private static void underHalfLoad(Load load, List<Case> cases, int rate, int rounds, int seconds) throws IOException {
        Map<String, List<double[]>> times = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Case each : cases) {
                double[] all = load.open(each, rate, seconds).micros();
                times.computeIfAbsent(each.name(), name -> new ArrayList<>())
                        .add(quantiles(all));
            }
        }
        System.out.printf(
                "%n%d requests/s to each, half of what Understudy serves; us from when a request was due%n%-20s %10s %10s %10s%n",
                rate, "", "p50", "p99", "p99.9");
        tellQuantiles(times);
        double ratio = quantileOf(times.get(cases.get(0).name()), 1) / quantileOf(times.get(cases.get(1).name()), 1);
        System.out.printf(
                Locale.ROOT,
                "%-52s %6.2fx %8.2fx %8.2fx  %s%n",
                "p99 under half load, to HAProxy's", ratio, 3.0, 1.5, ratio <= 1.5 ? "AIM" : ratio <= 3 ? "PASS" : "FAIL");
    }

    private static double quantileOf(List<double[]> rounds, int which) {
        return median(rounds.stream().mapToDouble(round -> round[which]).toArray());
    }

    private static double median(List<Figure> figures, ToDoubleFunction<Figure> what) {
        return median(figures.stream().mapToDouble(what).toArray());
    }

    private static double median(double[] values) {
        return quantile(values, 0.5);
    }

    private static double quantile(double[] values, double quantile) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))];
    }

    // The load

    // It is warm when its compilers rest and it does not become any faster. That it becomes slower tells of the machine.
    private static void warmUp(Load load, Case of) throws IOException {
        for (Case each : of.each()) {
            warmUpOne(load, each);
        }
    }

    private static void warmUpOne(Load load, Case of) throws IOException {
        double fastest = 0;
        int slower = 0;
        double compiled = compileSeconds();
        for (int window = 0; window < WARM_UP_WINDOWS_AT_MOST; window++) {
            double now = load.closed(of, WINDOW_SECONDS);
            double since = compiled;
            compiled = compileSeconds();
            boolean compiling = compiled - since > WINDOW_SECONDS * COMPILERS_REST;
            slower = now < fastest * (1 + WINDOWS_AGREE) ? slower + 1 : 0;
            fastest = Math.max(fastest, now);
            if (!compiling && slower >= WINDOWS_TO_AGREE) {
                System.out.printf(Locale.ROOT, "warm after %2d s: %-20s %.0f/s%n", (window + 1) * WINDOW_SECONDS, of.name(), now);
                return;
            }
        }
        System.out.printf(Locale.ROOT, "never quite warm: %s, %.0f/s at most%n", of.name(), fastest);
    }

    /** For how long the compilers of all JVMs that are measured have worked; those that are not asked rest. */
    private static double compileSeconds() throws IOException {
        double seconds = 0;
        for (Process each : MEASURED) {
            Process jcmd = new ProcessBuilder(java().replaceAll("java$", "jcmd"), "" + each.pid(), "PerfCounter.print")
                    .redirectErrorStream(true)
                    .start();
            String counters = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher time = COMPILE_TIME.matcher(counters);
            Matcher frequency = FREQUENCY.matcher(counters);
            if (time.find() && frequency.find()) {
                seconds += Double.parseDouble(time.group(1)) / Double.parseDouble(frequency.group(1));
            }
        }
        return seconds;
    }

    /** @param micros from when each request was due @param dues when that was, by {@link System#nanoTime} */
    record Answers(double[] micros, long[] dues) {

        /** What is left without the requests of some time. */
        double[] without(long begin, long nanos) {
            return IntStream.range(0, micros.length)
                    .filter(i -> dues[i] - begin < 0 || dues[i] - begin > nanos)
                    .mapToDouble(i -> micros[i])
                    .toArray();
        }
    }

    /** One thread, which reads and writes whatever is ready. */
    private static final class Load {

        private final Selector selector = Selector.open();
        private Case of = new Case("", 0, new byte[0][]);
        private int next;
        private long answered;
        private final Map<Integer, Long> failures = new TreeMap<>();
        private final Map<Case, List<Connection>> kept = new HashMap<>();
        private final Map<Case, Integer> nexts = new HashMap<>();

        Load() throws IOException {}

        /** As {@link #closed}, on connections that stay, until the last answer is there: in the next slice somebody else has its turn. */
        Count slice(Case of, double seconds) throws IOException {
            List<Connection> connections = kept.get(of);
            if (connections == null) {
                connections = open(of);
                kept.put(of, connections);
            }
            this.of = of;
            answered = 0;
            next = nexts.getOrDefault(of, 0);
            Cores before = Cores.now();
            long begin = System.nanoTime();
            long end = begin + (long) (seconds * 1e9);
            for (Connection each : connections) {
                each.send(begin);
            }
            int[] waiting = {connections.size()};
            while (waiting[0] > 0) {
                boolean more = System.nanoTime() < end;
                selector.select(
                        key -> {
                            Connection connection = (Connection) key.attachment();
                            if (connection.read()) {
                                if (more) {
                                    connection.send(0);
                                } else {
                                    waiting[0]--;
                                }
                            }
                        },
                        100);
            }
            double took = (System.nanoTime() - begin) / 1e9;
            nexts.put(of, next);
            checkAnswers();
            Cores now = Cores.now();
            return new Count(answered, took, now.busySince(before), now.allSince(before));
        }

        void closeAll() throws IOException {
            for (List<Connection> connections : kept.values()) {
                close(connections);
            }
            kept.clear();
        }

        /**
         * Each connection sends its next request when it has its answer.
         *
         * @return requests per second
         */
        double closed(Case of, int seconds) throws IOException {
            List<Connection> connections = open(of);
            for (Connection each : connections) {
                each.send(System.nanoTime());
            }
            long begin = System.nanoTime();
            long end = begin + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < end) {
                selector.select(key -> ((Connection) key.attachment()).readAndSend(), 100);
            }
            double perSecond = answered / ((System.nanoTime() - begin) / 1e9);
            close(connections);
            return perSecond;
        }

        /**
         * Requests come when they are due, whatever became of those before. The first half second is not counted: connections
         * are made in it.
         *
         * @return in the order of the answers
         */
        Answers open(Case of, int rate, int seconds) throws IOException {
            List<Connection> connections = open(of);
            ArrayDeque<Connection> idle = new ArrayDeque<>(connections);
            double[] times = new double[rate * seconds + rate / 2];
            long[] dues = new long[times.length];
            long begin = System.nanoTime() + 1_000_000;
            int sent = 0;
            int[] got = new int[1];
            while (got[0] < times.length) {
                long now = System.nanoTime();
                while (sent < times.length && !idle.isEmpty() && due(begin, sent, rate) <= now) {
                    idle.removeFirst().send(due(begin, sent++, rate));
                }
                selector.selectNow(key -> {
                    Connection connection = (Connection) key.attachment();
                    if (connection.read()) {
                        dues[got[0]] = connection.due;
                        times[got[0]++] = (System.nanoTime() - connection.due) / 1_000.0;
                        idle.add(connection);
                    }
                });
                LockSupport.parkNanos(20_000);
            }
            close(connections);
            return new Answers(
                    Arrays.copyOfRange(times, rate / 2, times.length), Arrays.copyOfRange(dues, rate / 2, dues.length));
        }

        private static long due(long begin, int number, int rate) {
            return begin + number * 1_000_000_000L / rate;
        }

        private List<Connection> open(Case of) throws IOException {
            this.of = of;
            answered = 0;
            failures.clear();
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(new Connection());
            }
            return connections;
        }

        private void close(List<Connection> connections) throws IOException {
            for (Connection each : connections) {
                each.channel.close();
            }
            selector.selectNow();
            checkAnswers();
        }

        private void checkAnswers() {
            if (!failures.isEmpty()) {
                throw new IllegalStateException(of.name() + " answered " + failures + " (expected: 200 only)");
            }
        }

        private final class Connection {

            private final SocketChannel channel;
            private final ByteBuffer in = ByteBuffer.allocateDirect(16 << 10);
            private final ByteBuffer out = ByteBuffer.allocateDirect(8 << 10);
            private final byte[] head = new byte[16 << 10];
            private long due;

            Connection() throws IOException {
                channel = SocketChannel.open(new InetSocketAddress(LOOPBACK, of.port()));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, this);
            }

            void send(long due) {
                this.due = due;
                byte[] request = of.requests()[next++ % of.requests().length];
                out.clear().put(request).flip();
                try {
                    while (out.hasRemaining()) {
                        channel.write(out);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(of.name(), e);
                }
            }

            void readAndSend() {
                if (read()) {
                    send(0);
                }
            }

            /** @return whether an answer is whole */
            boolean read() {
                try {
                    if (channel.read(in) < 0) {
                        throw new IllegalStateException(of.name() + " closed a connection");
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(of.name(), e);
                }
                int there = in.position();
                in.get(0, head, 0, there);
                int body = body(there);
                if (body < 0 || there < body + length(body)) {
                    return false;
                }
                int status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
                if (status == 200) {
                    answered++;
                } else {
                    failures.merge(status, 1L, Long::sum);
                }
                in.clear();
                return true;
            }

            private int body(int there) {
                for (int i = 3; i < there; i++) {
                    if (head[i] == '\n' && head[i - 2] == '\n') {
                        return i + 1;
                    }
                }
                return -1;
            }

            private int length(int body) {
                for (int i = 0; i < body - 16; i++) {
                    if (head[i] == '\n' && (head[i + 1] | 32) == 'c' && head[i + 15] == ':' && (head[i + 9] | 32) == 'l') {
                        int length = 0;
                        for (int at = i + 16; head[at] != '\r'; at++) {
                            length = head[at] == ' ' ? length : length * 10 + head[at] - '0';
                        }
                        return length;
                    }
                }
                throw new IllegalStateException(of.name() + " answered without a Content-Length:\n"
                        + new String(head, 0, body, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** What the two cores have done so far, in ticks. */
    private record Cores(long[] busy, long[] all) {

        static Cores now() throws IOException {
            long[] busy = new long[2];
            long[] all = new long[2];
            for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
                for (int core = 0; core < 2; core++) {
                    if (line.startsWith("cpu" + core + " ")) {
                        long[] ticks = Stream.of(line.split(" +")).skip(1).limit(8).mapToLong(Long::parseLong).toArray();
                        all[core] = Arrays.stream(ticks).sum();
                        busy[core] = all[core] - ticks[3] - ticks[4];
                    }
                }
            }
            return new Cores(busy, all);
        }

        long[] busySince(Cores before) {
            return new long[] {busy[0] - before.busy[0], busy[1] - before.busy[1]};
        }

        long[] allSince(Cores before) {
            return new long[] {all[0] - before.all[0], all[1] - before.all[1]};
        }
    }

    private static byte[][] requests(int count, IntFunction<String> path, IntFunction<String> token) {
        return IntStream.range(0, count)
                .mapToObj(i -> ("GET " + path.apply(i) + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
                                + "User-Agent: speed\r\nAuthorization: Bearer " + token.apply(i) + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
    }

    private static String operation(int number) {
        return "/api" + number / 100 + "/v1/thing" + number % 100 + "/17/part";
    }

    // Tokens

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** More than any cache of tokens holds, asked in turn: none is there when it comes. */
    private String[] freshTokens() {
        long begin = System.nanoTime();
        String[] tokens = IntStream.range(0, TOKENS).parallel().mapToObj(i -> token(i + 1)).toArray(String[]::new);
        System.out.printf(Locale.ROOT, "%d tokens signed in %.0f s%n", TOKENS, (System.nanoTime() - begin) / 1e9);
        return tokens;
    }

    private String token(int number) {
        long now = System.currentTimeMillis() / 1_000;
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "."
                + base64("{\"iss\":\"" + ISSUER + "\",\"sub\":\"user" + number + "\",\"jti\":\"" + number
                        + "\",\"scope\":\"read write\",\"iat\":" + (now - 60) + ",\"exp\":" + (now + 86_400) + "}");
        try {
            return signed + "." + base64(sign(keys.getPrivate(), signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] bytes) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(bytes);
        return signature.sign();
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    // Who is measured

    private void endpoints() throws Exception {
        first = freePort();
        second = freePort();
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                events { worker_connections 4096; }
                http {
                    access_log off;
                    keepalive_requests 1000000000;
                    keepalive_timeout 600s;
                    default_type application/json;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server {
                        listen 127.0.0.1:%2$d;
                        listen 127.0.0.1:%3$d;
                        location / { return 200 '{"id":17,"name":"part","price":4.5,"in":true}'; }
                    }
                }
                """.formatted(folder, first, second));
        start("nginx", false, program("nginx"), "-e", folder.resolve("nginx-error.log").toString(), "-c", file.toString());
        await("nginx", first, "/", "");
    }

    private Path peers() throws Exception {
        Path sources = jar.getParent().resolveSibling("bench").resolve("peers");
        Path built = sources.resolve("target").resolve("peers.jar");
        if (!Files.exists(built)) {
            run(jar.getParent().getParent(), "./mvnw", "-B", "-q", "-f", sources.resolve("pom.xml").toString(), "package");
        }
        return extract(built, "peers");
    }

    private Path extract(Path of, String name) throws Exception {
        Path to = folder.resolve(name);
        run(folder, java(), "-Djarmode=tools", "-jar", of.toString(), "extract", "--destination", to.toString());
        return to;
    }

    private int plain(Path peers) throws Exception {
        int port = freePort();
        start(
                "plain",
                true,
                java(),
                JVM.get(0),
                JVM.get(1),
                "-jar",
                peers.resolve("peers.jar").toString(),
                "--server.port=" + port,
                "--operations=10",
                "--endpoint=http://127.0.0.1:" + first,
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + publicKey);
        await("plain", port, operation(0), token(0));
        return port;
    }

    private int handMade(Path peers) throws Exception {
        int port = freePort();
        start(
                "hand-made",
                true,
                java(),
                JVM.get(0),
                JVM.get(1),
                "-cp",
                peers.resolve("peers.jar") + ":" + peers.resolve("lib") + "/*",
                "HandMadeProxy",
                "" + port,
                "http://127.0.0.1:" + first);
        await("hand-made", port, operation(0), token(0));
        return port;
    }

    private Gateway understudy(String name, int documents, int each) throws Exception {
        Path apis = Files.createDirectories(folder.resolve("apis-" + name));
        for (int i = 0; i < documents; i++) {
            Files.writeString(apis.resolve("api" + i + ".yaml"), document("api" + i, each, first, second));
        }
        Files.writeString(apis.resolve("dead.yaml"), document("dead", 10, freePort(), second));
        Path extracted = extract(jar, "understudy-" + name);
        int port = freePort();
        int admin = freePort();
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(JVM);
        Stream.of(jvm).filter(word -> !word.isEmpty()).forEach(command::add);
        command.addAll(List.of(
                "-jar",
                extracted.resolve("understudy.jar").toString(),
                "--understudy.http.port=" + port,
                "--server.port=0",
                "--management.server.port=" + admin,
                "--understudy.admin.users[0].username=bench",
                "--understudy.admin.users[0].password={noop}bench",
                "--understudy.store.directory=" + folder.resolve("store-" + name),
                "--understudy.shutdown.delay=0s",
                "--understudy.apis.directory=" + apis,
                "--understudy.security.issuers[0].issuer=" + ISSUER,
                "--understudy.security.issuers[0].public-key-location=file:" + publicKey));
        start("understudy-" + name, true, command.toArray(String[]::new));
        await("understudy-" + name, port, operation(0), token(0));
        return new Gateway(port, admin);
    }

    private static String document(String name, int operations, int first, int second) {
        StringBuilder text = new StringBuilder("""
                openapi: 3.0.3
                info: {title: %1$s, version: '1'}
                x-wso2-basePath: /%1$s/v1
                x-wso2-production-endpoints:
                  urls: ['http://127.0.0.1:%2$d', 'http://127.0.0.1:%3$d']
                  type: failover
                paths:
                """.formatted(name, first, second));
        for (int i = 0; i < operations; i++) {
            text.append("  /thing" + i + "/{id}/part:\n    get:\n"
                    + "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
                    + "      responses: {'200': {description: OK}}\n");
        }
        return text.toString();
    }

    private int haproxy() throws Exception {
        int port = freePort();
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(file, """
                global
                    nbthread 1
                    maxconn 5000
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 60s
                    timeout server 30s
                    timeout http-keep-alive 60s
                frontend callers
                    bind 127.0.0.1:%1$d
                    http-request set-var(txn.token) http_auth_bearer
                    http-request set-var(txn.expires) var(txn.token),jwt_payload_query('$.exp','int')
                    http-request set-var(txn.now) date()
                    http-request deny deny_status 401 unless { var(txn.token),jwt_header_query('$.alg') -m str RS256 }
                    http-request deny deny_status 401 unless { var(txn.token),jwt_verify("RS256","%4$s") -m int 1 }
                    http-request deny deny_status 401 if { var(txn.expires),sub(txn.now) -m int lt 0 }
                    default_backend endpoints
                backend endpoints
                    server first 127.0.0.1:%2$d
                    server second 127.0.0.1:%3$d backup
                """.formatted(port, first, second, publicKey));
        start("haproxy", true, program("haproxy"), "-f", file.toString());
        await("haproxy", port, operation(0), token(0));
        return port;
    }

    // Processes

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void pinAll() throws Exception {
        for (Process each : MEASURED) {
            pin(each.toHandle(), GATEWAY_CORE);
        }
        for (Process each : STARTED) {
            if (!MEASURED.contains(each)) {
                pin(each.toHandle(), LOAD_CORE);
            }
        }
        pin(ProcessHandle.current(), LOAD_CORE);
    }

    // With its children: nginx works in one.
    private static void pin(ProcessHandle process, String core) throws Exception {
        List<ProcessHandle> all = new ArrayList<>(List.of(process));
        if (process.pid() != ProcessHandle.current().pid()) {
            process.descendants().forEach(all::add);
        }
        for (ProcessHandle each : all) {
            run(Path.of("."), program("taskset"), "-a", "-p", "-c", core, "" + each.pid());
        }
    }

    private void start(String name, boolean measured, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        STARTED.add(process);
        if (measured) {
            MEASURED.add(process);
        }
    }

    private static void run(Path in, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
        }
    }

    private void await(String name, int port, String path, String token) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        String last = "nothing";
        while (System.nanoTime() < end) {
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                if (status == 200) {
                    return;
                }
                last = "" + status;
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IllegalStateException(name + " does not serve (" + last + "); see " + folder.resolve(name + ".log"));
    }

    private static final class MissingProgram extends RuntimeException {
        MissingProgram(String name) {
            super(name + " is not here: install it (Debian: apt-get install haproxy nginx-light util-linux bsdutils)");
        }
    }

    private static String program(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .min(Comparator.comparing(Path::getNameCount))
                .orElseThrow(() -> new MissingProgram(name))
                .toString();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    private static String option(String[] args, String name, String otherwise) {
        int at = Arrays.asList(args).indexOf(name);
        return at < 0 || at + 1 == args.length ? otherwise : args[at + 1];
    }

    // The certificate of the admin listener is made by the gateway itself.
    private static SSLContext trustingAll() throws GeneralSecurityException {
        TrustManager all = new X509ExtendedTrustManager() {

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {all}, null);
        return context;
    }
}
