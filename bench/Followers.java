import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How long it takes until what was deployed on one gateway is live on all others that have the same PostgreSQL, or follow control
 * planes that have, with and without notifications; whether callers notice that database and control planes are away; and whether
 * they notice that gateways behind HAProxy are restarted one after the other. See README.md.
 */
final class Followers {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int REQUESTS_PER_SECOND = 50;
    private static final int WARM_UP = 20;
    private static final String AUTHORIZATION =
            "Basic " + Base64.getEncoder().encodeToString("bench:bench".getBytes(StandardCharsets.UTF_8));

    private static final String EDGE =
            "Basic " + Base64.getEncoder().encodeToString("edge:edge".getBytes(StandardCharsets.UTF_8));

    private static final List<Process> STARTED = new CopyOnWriteArrayList<>();
    private static Path folder;
    private static HttpClient client;
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    /** @param name of its folder */
    private record Gateway(String name, int port, int admin, Process process) {}

    private final Path jar;
    private final Path programs = programs();
    private final int database = freePort();
    private final int endpoint;
    private int version;

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("""
                    java bench/Followers.java target/understudy.jar [--followers 2] [--deploys 100] [--outage 60]
                    java bench/Followers.java target/understudy.jar --simulated 197 [--each 1] [--deploys 100] [--outage 60]
                    java bench/Followers.java target/understudy.jar --rolling 3""");
            System.exit(2);
        }
        folder = Files.createTempDirectory("followers");
        Runtime.getRuntime().addShutdownHook(new Thread(Followers::cleanUp));
        System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(trustingAll()).build();
        int followers = Integer.parseInt(option(args, "--followers", "2"));
        int deploys = Integer.parseInt(option(args, "--deploys", "100"));
        int outage = Integer.parseInt(option(args, "--outage", "60"));
        System.out.printf(
                "%d cores, Java %s, load average %s, %d followers%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"),
                Files.readString(Path.of("/proc/loadavg")).split(" ")[0], followers);
        Followers bench = new Followers(Path.of(args[0]).toAbsolutePath());
        int simulated = Integer.parseInt(option(args, "--simulated", "0"));
        int rounds = Integer.parseInt(option(args, "--rolling", "0"));
        try {
            boolean well = rounds > 0
                    ? bench.rolling(rounds)
                    : simulated > 0
                            ? bench.planes(simulated, Integer.parseInt(option(args, "--each", "1")), deploys, outage)
                            : bench.run(followers, deploys, outage);
            System.exit(well ? 0 : 1);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private Followers(Path jar) throws IOException {
        this.jar = jar;
        HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            try (var body = exchange.getResponseBody()) {
                body.write("ok".getBytes(StandardCharsets.US_ASCII));
            }
        });
        server.setExecutor(THREADS);
        server.start();
        endpoint = server.getAddress().getPort();
    }

    private void makeDatabases() throws Exception {
        initialize();
        startDatabase();
        sql("CREATE DATABASE notified");
        sql("CREATE DATABASE quiet");
        sql("ALTER DATABASE quiet SET search_path = quiet, pg_catalog, public");
        // Found before that of PostgreSQL, and tells nobody.
        sqlIn("quiet", "CREATE SCHEMA quiet; CREATE FUNCTION quiet.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT'");
    }

    private boolean run(int followers, int deploys, int outage) throws Exception {
        makeDatabases();
        boolean quiet = liveWithin("without notifications", "quiet", followers, Math.max(10, deploys / 4), 3);
        List<Gateway> gateways = start("notified", followers);
        boolean notified = liveWithin("with notifications", gateways, deploys, 1);
        return outage == 0 ? quiet && notified : quiet & notified & withoutDatabase(gateways, outage);
    }

    private boolean liveWithin(String what, String name, int followers, int deploys, double seconds) throws Exception {
        List<Gateway> gateways = start(name, followers);
        boolean well = liveWithin(what, gateways, deploys, seconds);
        for (Gateway each : gateways) {
            end(each.process());
        }
        return well;
    }

    private boolean liveWithin(String what, List<Gateway> gateways, int deploys, double seconds) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            live(gateways);
        }
        double[] times = new double[deploys];
        for (int i = 0; i < deploys; i++) {
            // Not in step with whoever asks every two seconds.
            TimeUnit.MILLISECONDS.sleep(50 + (i * 37) % 400);
            times[i] = live(gateways);
        }
        Arrays.sort(times);
        double p99 = times[Math.min(deploys - 1, deploys * 99 / 100)];
        System.out.printf(
                Locale.ROOT, "%-24s %d deploys, live on all others after p50 %.3f s, p99 %.3f s, worst %.3f s%n",
                what + ":", deploys, times[deploys / 2], p99, times[deploys - 1]);
        return said(p99 <= seconds, String.format(Locale.ROOT, "p99 within %.0f s", seconds));
    }

    /** Deploys on the first. @return seconds from the beginning of that until the last of the others serves it */
    private double live(List<Gateway> gateways) throws Exception {
        int now = ++version;
        long begin = System.nanoTime();
        List<Future<Long>> served = gateways.subList(1, gateways.size()).stream()
                .map(gateway -> THREADS.submit(() -> {
                    while (get(gateway, "/shared/version/" + now) != 200) {
                        TimeUnit.MILLISECONDS.sleep(2);
                    }
                    return System.nanoTime();
                }))
                .toList();
        int status = deploy(gateways.get(0), now);
        if (status / 100 != 2) {
            throw new IllegalStateException("the deploy was answered with " + status);
        }
        long last = 0;
        for (Future<Long> each : served) {
            last = Math.max(last, each.get(30, TimeUnit.SECONDS));
        }
        return (last - begin) / 1e9;
    }

    /** The database is killed, a gateway is restarted meanwhile, and one deploys when it is back. */
    private boolean withoutDatabase(List<Gateway> all, int seconds) throws Exception {
        List<Gateway> gateways = new ArrayList<>(all);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
        Gateway restarted = gateways.get(gateways.size() - 1);
        List<Future<?>> callers = new ArrayList<>();
        for (Gateway each : gateways.subList(0, gateways.size() - 1)) {
            callers.add(THREADS.submit(() -> call(each, over, answered, failures)));
        }
        TimeUnit.SECONDS.sleep(2);
        int before = version;
        stopDatabase();
        int refused = deploy(gateways.get(0), before + 1);
        end(restarted.process());
        long begin = System.nanoTime();
        Gateway again = start("notified", restarted.name());
        double start = (System.nanoTime() - begin) / 1e9;
        gateways.set(gateways.size() - 1, again);
        int fromCopy = get(again, "/shared/version/" + before);
        callers.add(THREADS.submit(() -> call(again, over, answered, failures)));
        TimeUnit.NANOSECONDS.sleep(Math.max(0, TimeUnit.SECONDS.toNanos(seconds) - (System.nanoTime() - begin)));
        startDatabase();
        begin = System.nanoTime();
        while (deploy(again, before + 1) / 100 != 2) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        for (Gateway each : gateways) {
            while (get(each, "/shared/version/" + (before + 1)) != 200) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        double converged = (System.nanoTime() - begin) / 1e9;
        over.set(true);
        for (Future<?> each : callers) {
            each.get(10, TimeUnit.SECONDS);
        }
        System.out.printf(
                Locale.ROOT,
                "database away for %d s:  %d requests, failed %s; a deploy meanwhile: %d; a start meanwhile: ready after %.1f s; all"
                        + " have what was deployed then after %.2f s%n",
                seconds, answered.get(), failures, refused, start, converged);
        return said(failures.isEmpty() && answered.get() > seconds, "no request failed")
                & said(refused >= 500, "a deploy is refused while it cannot be kept")
                & said(fromCopy == 200, "a gateway that starts serves its copy");
    }

    private static void call(Gateway gateway, AtomicBoolean over, AtomicLong answered, Map<String, AtomicLong> failures) {
        while (!over.get()) {
            String what;
            try {
                what = "" + get(gateway, "/shared/stable");
                TimeUnit.MILLISECONDS.sleep(1_000 / REQUESTS_PER_SECOND);
            } catch (IOException | InterruptedException e) {
                what = e.getClass().getSimpleName();
            }
            answered.incrementAndGet();
            if (!what.equals("200")) {
                failures.computeIfAbsent(what, any -> new AtomicLong()).incrementAndGet();
            }
        }
    }

    // Gateways that follow control planes

    private static final int REAL = 3;
    private static final int PLANES = 2;

    /** @param simulated how many gateways are only followers: what they get is checked and kept on disk, and served to nobody */
    private boolean planes(int simulated, int each, int deploys, int outage) throws Exception {
        makeDatabases();
        run(
                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                "-genkeypair", "-alias", "plane", "-keyalg", "EC", "-dname", "CN=plane", "-ext", "san=ip:127.0.0.1",
                "-validity", "2", "-keystore", folder.resolve("plane.p12").toString(), "-storepass", "changeit");
        try (Fleet quiet = new Fleet("quiet", simulated, each)) {
            boolean well = quiet.liveWithin("without notifications", Math.max(10, deploys / 4), 3);
            quiet.close();
            try (Fleet fleet = new Fleet("notified", simulated, each)) {
                well &= fleet.liveWithin("with notifications", deploys, 1);
                return outage == 0 ? well : well & fleet.allAway(outage);
            }
        }
    }

    private final class Fleet implements AutoCloseable {

        private final String name;
        private final List<Integer> ports = new ArrayList<>();
        private final List<Gateway> planes = new ArrayList<>();
        private final List<Gateway> gateways = new ArrayList<>();
        private final List<Simulated> simulated = new ArrayList<>();

        Fleet(String name, int followers, int each) throws Exception {
            this.name = name;
            for (int i = 0; i < PLANES; i++) {
                ports.add(freePort());
                planes.add(plane(i));
            }
            for (int i = 0; i < REAL; i++) {
                gateways.add(edge("edge" + i));
            }
            List<HttpClient> clients = new ArrayList<>();
            for (int i = 0; i < followers; i++) {
                if (i % each == 0) {
                    clients.add(HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_2)
                            .sslContext(trustingAll())
                            .executor(THREADS)
                            .build());
                }
                simulated.add(new Simulated(i, clients.get(clients.size() - 1), ports, folder.resolve(name + "-simulated")));
            }
            simulated.forEach(Simulated::follow);
            simulated.forEach(Simulated::goOnReporting);
            for (Simulated follower : simulated) {
                follower.await(0);
            }
        }

        private Gateway plane(int number) throws Exception {
            String its = name + "-plane" + number;
            Gateway plane = start(
                    its,
                    -1,
                    ports.get(number),
                    List.of(
                            "--understudy.role=control-plane",
                            "--understudy.name=plane" + number,
                            "--understudy.store.type=postgresql",
                            "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + database + "/" + name,
                            "--spring.datasource.username=bench",
                            "--management.server.ssl.bundle=shown",
                            "--spring.ssl.bundle.jks.shown.keystore.type=PKCS12",
                            "--spring.ssl.bundle.jks.shown.keystore.location=file:" + folder.resolve("plane.p12"),
                            "--spring.ssl.bundle.jks.shown.keystore.password=changeit",
                            "--understudy.admin.users[1].username=edge",
                            "--understudy.admin.users[1].password={noop}edge",
                            "--understudy.admin.users[1].roles=gateway"));
            return plane;
        }

        private Gateway edge(String its) throws Exception {
            return start(
                    name + "-" + its,
                    freePort(),
                    freePort(),
                    List.of(
                            "--understudy.role=gateway",
                            "--understudy.name=" + its,
                            "--understudy.control-plane.urls=" + String.join(
                                    ",", ports.stream().map(port -> "https://127.0.0.1:" + port).toList()),
                            "--understudy.control-plane.username=edge",
                            "--understudy.control-plane.password=edge",
                            "--understudy.control-plane.ssl-bundle=planes",
                            "--spring.ssl.bundle.jks.planes.truststore.type=PKCS12",
                            "--spring.ssl.bundle.jks.planes.truststore.location=file:" + folder.resolve("plane.p12"),
                            "--spring.ssl.bundle.jks.planes.truststore.password=changeit"));
        }

        boolean liveWithin(String what, int deploys, double seconds) throws Exception {
            for (int i = 0; i < WARM_UP; i++) {
                live(planes.get(i % PLANES));
            }
            double[] times = new double[deploys];
            long cpu = cpu();
            long begin = System.nanoTime();
            for (int i = 0; i < deploys; i++) {
                // All of them say that they have it, which is over then; and not in step with whoever asks every two seconds.
                TimeUnit.MILLISECONDS.sleep(1_000 + (i * 137) % 1_000);
                times[i] = live(planes.get(i % PLANES));
            }
            double took = (System.nanoTime() - begin) / 1e9;
            long after = cpu();
            Arrays.sort(times);
            double p99 = times[Math.min(deploys - 1, deploys * 99 / 100)];
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %d deploys, live on all %d after p50 %.3f s, p90 %.3f s, p99 %.3f s, worst %.3f s%n",
                    what + ":", deploys, simulated.size() + REAL, times[deploys / 2], times[deploys * 9 / 10], p99, times[deploys - 1]);
            System.out.printf(
                    Locale.ROOT,
                    "  a control plane: %.1f %% of a core meanwhile, %d MiB resident; connections %d%n",
                    (after - cpu) / 1e2 / took * 100 / PLANES,
                    resident(planes.get(0)) >> 20,
                    simulated.stream().map(each -> each.client).distinct().count());
            idle();
            return said(p99 <= seconds, String.format(Locale.ROOT, "p99 within %.0f s", seconds));
        }

        /** What it costs to be followed while nothing happens. */
        private void idle() throws Exception {
            long before = cpu();
            TimeUnit.SECONDS.sleep(20);
            System.out.printf(
                    Locale.ROOT, "  and %.1f %% of a core while nothing is deployed%n", (cpu() - before) / 20.0 / PLANES);
        }

        /** In hundredths of a second, of all control planes. */
        private long cpu() throws IOException {
            long sum = 0;
            for (Gateway plane : planes) {
                String[] stat = Files.readString(Path.of("/proc/" + plane.process().pid() + "/stat")).split("\\) ")[1].split(" ");
                sum += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
            }
            return sum;
        }

        private static long resident(Gateway plane) throws IOException {
            return Long.parseLong(
                            Files.readString(Path.of("/proc/" + plane.process().pid() + "/statm")).split(" ")[1])
                    * 4096;
        }

        private double live(Gateway plane) throws Exception {
            int now = ++version;
            long begin = System.nanoTime();
            List<Future<Long>> served = gateways.stream()
                    .map(gateway -> THREADS.submit(() -> {
                        while (get(gateway, "/shared/version/" + now) != 200) {
                            TimeUnit.MILLISECONDS.sleep(5);
                        }
                        return System.nanoTime();
                    }))
                    .toList();
            int status = deploy(plane, now);
            if (status / 100 != 2) {
                throw new IllegalStateException("the deploy was answered with " + status);
            }
            long last = 0;
            for (Future<Long> each : served) {
                last = Math.max(last, each.get(30, TimeUnit.SECONDS));
            }
            for (Simulated each : simulated) {
                last = Math.max(last, each.await(now));
            }
            return (last - begin) / 1e9;
        }

        /** Database and control planes are killed, a gateway is restarted meanwhile, and all come back. */
        boolean allAway(int seconds) throws Exception {
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong answered = new AtomicLong();
            Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
            List<Future<?>> callers = new ArrayList<>();
            for (Gateway each : gateways.subList(0, REAL - 1)) {
                callers.add(THREADS.submit(() -> call(each, over, answered, failures)));
            }
            TimeUnit.SECONDS.sleep(2);
            int before = version;
            planes.forEach(plane -> plane.process().destroyForcibly());
            stopDatabase();
            long begin = System.nanoTime();
            end(gateways.get(REAL - 1).process());
            long restart = System.nanoTime();
            Gateway again = edge("edge" + (REAL - 1));
            double start = (System.nanoTime() - restart) / 1e9;
            gateways.set(REAL - 1, again);
            int fromCopy = get(again, "/shared/version/" + before);
            callers.add(THREADS.submit(() -> call(again, over, answered, failures)));
            TimeUnit.NANOSECONDS.sleep(Math.max(0, TimeUnit.SECONDS.toNanos(seconds) - (System.nanoTime() - begin)));
            startDatabase();
            for (int i = 0; i < PLANES; i++) {
                planes.set(i, plane(i));
            }
            begin = System.nanoTime();
            double converged = live(planes.get(0));
            over.set(true);
            for (Future<?> each : callers) {
                each.get(10, TimeUnit.SECONDS);
            }
            long twice = simulated.stream().mapToLong(each -> each.twice.get()).sum();
            long unfit = simulated.stream().mapToLong(each -> each.unfit.get()).sum();
            long checksums = simulated.stream().map(each -> each.checksum).distinct().count();
            System.out.printf(
                    Locale.ROOT,
                    "control planes and database away for %d s: %d requests, failed %s; a start meanwhile: ready after %.1f s; all %d"
                            + " have what is deployed when they are back after %.2f s; different editions in the end: %d, taken"
                            + " twice: %d, unfit: %d%n",
                    seconds, answered.get(), failures, start, simulated.size() + REAL, converged, checksums, twice, unfit);
            return said(failures.isEmpty() && answered.get() > seconds, "no request failed")
                    & said(fromCopy == 200, "a gateway that starts serves its copy")
                    & said(checksums == 1 && twice == 0 && unfit == 0, "nothing is lost or taken twice");
        }

        @Override
        public void close() throws InterruptedException {
            simulated.forEach(each -> each.over = true);
            for (Gateway each : gateways) {
                end(each.process());
            }
            for (Gateway each : planes) {
                end(each.process());
            }
            gateways.clear();
            planes.clear();
        }
    }

    /** What a gateway does but serve: it follows, checks, keeps on disk, and reports. */
    private static final class Simulated {

        private static final Pattern VERSION = Pattern.compile("/version/(\\d+):");

        private final int number;
        private final HttpClient client;
        private final List<Integer> ports;
        private final Path disk;
        private final String instance = UUID.randomUUID().toString();
        private final TreeMap<String, String> texts = new TreeMap<>();
        final AtomicLong twice = new AtomicLong();
        final AtomicLong unfit = new AtomicLong();
        volatile boolean over;
        volatile String checksum = "";
        private volatile int plane;
        private volatile long last = -1;
        private int live = -1;
        private long liveAt;

        Simulated(int number, HttpClient client, List<Integer> ports, Path folder) throws IOException {
            this.number = number;
            this.client = client;
            this.ports = ports;
            this.plane = number % ports.size();
            this.disk = Files.createDirectories(folder.resolve("" + number));
        }

        void follow() {
            client.sendAsync(
                            request("/api/v1/fleet/editions?base=" + checksum)
                                    .header("Accept", "application/x-ndjson")
                                    .build(),
                            HttpResponse.BodyHandlers.fromLineSubscriber(new Lines()))
                    .whenComplete((answer, failure) -> {
                        if (!over) {
                            plane = (plane + 1) % ports.size();
                            CompletableFuture.delayedExecutor(
                                            500 + ThreadLocalRandom.current().nextInt(1_000), TimeUnit.MILLISECONDS, THREADS)
                                    .execute(this::follow);
                        }
                    });
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + ports.get(plane) + path))
                    .header("Authorization", EDGE);
        }

        /** Waits until this version is there. @return when it came */
        synchronized long await(int version) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (live < version) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new IllegalStateException("version " + version + " does not come to " + number);
                }
                wait(left);
            }
            return liveAt;
        }

        private void take(String line) throws Exception {
            Map<?, ?> difference = (Map<?, ?>) new Json(line).value();
            long revision = ((Number) difference.get("revision")).longValue();
            String base = (String) difference.get("base");
            boolean nothing = base.equals(difference.get("checksum"));
            if (nothing && revision == last) {
                return;
            }
            if (!base.isEmpty() && !base.equals(checksum)) {
                unfit.incrementAndGet();
                checksum = "";
                throw new IOException("unfit");
            }
            if (base.isEmpty()) {
                texts.clear();
            } else if (revision <= last) {
                twice.incrementAndGet();
            }
            ((List<?>) difference.get("gone")).forEach(texts::remove);
            ((Map<?, ?>) difference.get("changed")).forEach((name, text) -> texts.put((String) name, (String) text));
            String made = checksum(texts);
            if (!made.equals(difference.get("checksum"))) {
                unfit.incrementAndGet();
                checksum = "";
                throw new IOException("unfit");
            }
            int version = 0;
            for (String text : texts.values()) {
                version = Math.max(version, version(text, (Map<?, ?>) difference.get("projects")));
            }
            Files.write(disk.resolve("snapshot.next"), texts.toString().getBytes(StandardCharsets.UTF_8));
            Files.move(disk.resolve("snapshot.next"), disk.resolve("snapshot"), StandardCopyOption.ATOMIC_MOVE);
            checksum = made;
            last = revision;
            synchronized (this) {
                live = version;
                liveAt = System.nanoTime();
                notifyAll();
            }
            report(revision);
        }

        /** Says it again every ten seconds, as gateways do. */
        void goOnReporting() {
            CompletableFuture.delayedExecutor(
                            10_000 + (number * 37) % 1_000, TimeUnit.MILLISECONDS, THREADS)
                    .execute(() -> {
                        if (!over) {
                            report(last);
                            goOnReporting();
                        }
                    });
        }

        /** Fetches what is served, unless it is there. */
        private int version(String text, Map<?, ?> projects) throws Exception {
            if (!(new Json(text).value() instanceof Map<?, ?> api) || !api.containsKey("revisions")) {
                return 0;
            }
            Map<?, ?> revision = (Map<?, ?>) ((List<?>) api.get("revisions")).get(0);
            String archive = revision.get("archive") + "." + ((String) revision.get("format")).toLowerCase(Locale.ROOT);
            Path file = disk.resolve(archive);
            if (!Files.exists(file)) {
                byte[] content = projects.containsKey(archive)
                        ? Base64.getDecoder().decode((String) projects.get(archive))
                        : client.send(
                                        request("/api/v1/fleet/archives/" + archive)
                                                .timeout(Duration.ofSeconds(10))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofByteArray())
                                .body();
                if (!hex(MessageDigest.getInstance("SHA-256").digest(content)).equals(revision.get("archive"))) {
                    throw new IOException("damaged");
                }
                Files.write(file, content);
            }
            Matcher version = VERSION.matcher(Files.readString(file));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        }

        private void report(long revision) {
            String body = """
                    {"instance":"%s","name":"simulated-%d","version":"bench","role":"gateway","started":"2026-11-29T00:00:00Z",\
                    "leaving":false,"revision":%d,"refused":[],"endpoints":2,"states":[],"others":0}"""
                    .formatted(instance, number, revision);
            client.sendAsync(
                    request("/api/v1/fleet/reports")
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }

        private static String checksum(TreeMap<String, String> texts) throws Exception {
            MessageDigest whole = MessageDigest.getInstance("SHA-256");
            for (Map.Entry<String, String> each : texts.entrySet()) {
                whole.update(each.getKey().getBytes(StandardCharsets.UTF_8));
                whole.update((byte) 0);
                byte[] text = each.getValue().getBytes(StandardCharsets.UTF_8);
                whole.update(hex(MessageDigest.getInstance("SHA-256").digest(text)).getBytes(StandardCharsets.US_ASCII));
            }
            return hex(whole.digest());
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }

        private final class Lines implements Flow.Subscriber<String> {

            private Flow.Subscription lines;
            private volatile long heard = System.nanoTime();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                lines = subscription;
                subscription.request(1);
                watch();
            }

            // Who is killed says nothing; the connection may do.
            private void watch() {
                CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS, THREADS).execute(() -> {
                    if (over || System.nanoTime() - heard > TimeUnit.SECONDS.toNanos(15)) {
                        lines.cancel();
                    } else {
                        watch();
                    }
                });
            }

            // Not by the thread that reads the connection, on which the project comes, too.
            @Override
            public void onNext(String line) {
                heard = System.nanoTime();
                THREADS.execute(() -> {
                    try {
                        take(line);
                        lines.request(1);
                    } catch (Exception e) {
                        lines.cancel();
                    }
                    if (over) {
                        lines.cancel();
                    }
                });
            }

            @Override
            public void onError(Throwable failure) {
                // Followed anew.
            }

            @Override
            public void onComplete() {
                // Followed anew.
            }
        }
    }

    /** As much of JSON as there is in what is read here. */
    private static final class Json {

        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Object value() {
            skip();
            char first = text.charAt(at);
            if (first == '{') {
                Map<String, Object> object = new LinkedHashMap<>();
                while (more('}')) {
                    String name = string();
                    skip();
                    at++;
                    object.put(name, value());
                }
                return object;
            }
            if (first == '[') {
                List<Object> list = new ArrayList<>();
                while (more(']')) {
                    list.add(value());
                }
                return list;
            }
            if (first == '"') {
                return string();
            }
            int begin = at;
            while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(begin, at);
            return Character.isDigit(word.charAt(word.length() - 1)) ? (Object) Double.valueOf(word) : word;
        }

        // Past the opening sign or a comma; or past the closing one, when there is no more.
        private boolean more(char end) {
            skip();
            if (text.charAt(at) == end) {
                at++;
                return false;
            }
            at++;
            skip();
            if (text.charAt(at) == end) {
                at++;
                return false;
            }
            return true;
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            at++;
            while (text.charAt(at) != '"') {
                char next = text.charAt(at++);
                if (next == '\\') {
                    next = text.charAt(at++);
                    switch (next) {
                        case 'n' -> next = '\n';
                        case 't' -> next = '\t';
                        case 'r' -> next = '\r';
                        case 'u' -> {
                            next = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                            at += 4;
                        }
                        default -> {
                            // As it stands.
                        }
                    }
                }
                string.append(next);
            }
            at++;
            return string.toString();
        }

        private void skip() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }
    }

    // A rolling restart

    private boolean rolling(int rounds) throws Exception {
        makeDatabases();
        List<Gateway> gateways = new ArrayList<>(start("notified", REAL - 1));
        deploy(gateways.get(0), ++version);
        for (Gateway each : gateways) {
            while (get(each, "/shared/version/" + version) != 200) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        int front = freePort();
        StringBuilder servers = new StringBuilder();
        for (Gateway each : gateways) {
            servers.append("  server ").append(each.name()).append(" 127.0.0.1:").append(each.port()).append(" check\n");
        }
        Path settings = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                  mode http
                  timeout connect 1s
                  timeout client 30s
                  timeout server 70s
                  option redispatch
                  retries 2
                frontend callers
                  bind 127.0.0.1:%d
                  default_backend gateways
                backend gateways
                  balance roundrobin
                  option httpchk GET /ready
                  http-check expect status 200
                  default-server inter 500ms fall 2 rise 2
                %s""".formatted(front, servers));
        Process proxy = started("haproxy", new ProcessBuilder("haproxy", "-db", "-f", settings.toString()));
        Gateway all = new Gateway("all", front, -1, proxy);
        TimeUnit.SECONDS.sleep(3);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(THREADS.submit(() -> call(all, over, answered, failures)));
        }
        long begin = System.nanoTime();
        for (int i = 0; i < rounds * REAL; i++) {
            Gateway each = gateways.get(i % REAL);
            end(each.process());
            gateways.set(i % REAL, start("notified", each.name(), each.port()));
            // Until HAProxy has seen that it is there.
            TimeUnit.SECONDS.sleep(2);
        }
        double took = (System.nanoTime() - begin) / 1e9;
        over.set(true);
        for (Future<?> each : callers) {
            each.get(60, TimeUnit.SECONDS);
        }
        System.out.printf(
                Locale.ROOT, "%d restarts behind HAProxy in %.0f s: %d requests, failed %s%n", rounds * REAL, took, answered.get(), failures);
        return said(failures.isEmpty() && answered.get() > took * REQUESTS_PER_SECOND, "no request failed");
    }

    private static int get(Gateway gateway, String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private int deploy(Gateway gateway, int number) throws IOException, InterruptedException {
        String document = """
                openapi: 3.0.3
                info: {title: Shared, version: '1'}
                x-wso2-basePath: /shared
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {urls: ['http://127.0.0.1:%1$d', 'http://127.0.0.1:%1$d/again'], type: failover}
                paths:
                  /stable: {get: {responses: {'200': {description: OK}}}}
                  /version/%2$d: {get: {responses: {'200': {description: OK}}}}
                """.formatted(endpoint, number);
        return client.send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.admin() + "/api/v1/apis/shared"))
                                .header("Authorization", AUTHORIZATION)
                                .header("Content-Type", "application/yaml")
                                .PUT(HttpRequest.BodyPublishers.ofString(document))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    // Who is measured

    private List<Gateway> start(String name, int followers) throws Exception {
        List<Gateway> gateways = new ArrayList<>();
        for (int i = 0; i <= followers; i++) {
            gateways.add(start(name, name + i));
        }
        return gateways;
    }

    private Gateway start(String databaseName, String name) throws Exception {
        return start(databaseName, name, freePort());
    }

    private Gateway start(String databaseName, String name, int port) throws Exception {
        return start(
                name,
                port,
                freePort(),
                List.of(
                        "--understudy.store.type=postgresql",
                        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + database + "/" + databaseName,
                        "--spring.datasource.username=bench"));
    }

    /** @param port -1: it serves nobody */
    private Gateway start(String name, int port, int admin, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                jar.toString(),
                "--understudy.http.port=" + port,
                "--server.port=0",
                "--management.server.port=" + admin,
                "--understudy.admin.users[0].username=bench",
                "--understudy.admin.users[0].password={noop}bench",
                "--understudy.access-log=off",
                "--understudy.shutdown.delay=2s",
                "--understudy.apis.directory=" + folder.resolve("none"),
                "--understudy.store.directory=" + folder.resolve("data-" + name)));
        command.addAll(more);
        Process process = started(name, new ProcessBuilder(command));
        Gateway gateway = new Gateway(name, port, admin, process);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < end) {
            try {
                if (isReady(gateway)) {
                    return gateway;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IllegalStateException(name + " is not ready; see " + folder.resolve(name + ".log"));
    }

    private static boolean isReady(Gateway gateway) throws IOException, InterruptedException {
        if (gateway.port() > 0) {
            return get(gateway, "/ready") == 200;
        }
        URI health = URI.create("https://127.0.0.1:" + gateway.admin() + "/actuator/health/readiness");
        return client.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }

    // The database

    private void initialize() throws Exception {
        Path home = Files.createDirectory(folder.resolve("postgres"));
        if (isRoot()) {
            Files.setOwner(home, home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            // So that its user reaches what is its own.
            Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
        }
        run("initdb", "-D", data(), "-U", "bench", "-A", "trust", "-N");
    }

    private void startDatabase() throws Exception {
        Process process = started(
                "database",
                new ProcessBuilder(command(
                        "postgres", "-D", data(), "-p", "" + database, "-h", "127.0.0.1", "-c", "unix_socket_directories=")));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (quietly("psql", "-h", "127.0.0.1", "-p", "" + database, "-U", "bench", "-c", "SELECT 1", "postgres") != 0) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("PostgreSQL does not start; see " + folder.resolve("database.log"));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void stopDatabase() throws Exception {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    private void sql(String statement) throws Exception {
        sqlIn("postgres", statement);
    }

    private void sqlIn(String name, String statement) throws Exception {
        run("psql", "-h", "127.0.0.1", "-p", "" + database, "-U", "bench", "-v", "ON_ERROR_STOP=1", "-c", statement, name);
    }

    private String data() {
        return folder.resolve("postgres/data").toString();
    }

    private void run(Path program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("programs.log").toFile()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(program + " failed; see " + folder.resolve("programs.log"));
        }
    }

    private void run(String... program) throws Exception {
        if (quietly(program) != 0) {
            throw new IllegalStateException(String.join(" ", program) + " failed; see " + folder.resolve("programs.log"));
        }
    }

    private int quietly(String... program) throws Exception {
        return new ProcessBuilder(command(program))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("programs.log").toFile()))
                .start()
                .waitFor();
    }

    // It does not run as root.
    private List<String> command(String... program) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        command.add(programs.resolve(program[0]).toString());
        command.addAll(List.of(program).subList(1, program.length));
        return command;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static Path programs() throws IOException {
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                return versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
            }
        }
        System.err.println("PostgreSQL is not here: install it (Debian: apt-get install postgresql)");
        System.exit(2);
        return debian;
    }

    // Processes

    private static Process started(String name, ProcessBuilder builder) throws IOException {
        Process process = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()))
                .start();
        STARTED.add(process);
        return process;
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static void cleanUp() {
        STARTED.forEach(Process::destroyForcibly);
    }

    private static boolean said(boolean well, String what) {
        System.out.println((well ? "  PASS  " : "  FAIL  ") + what);
        return well;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private static String option(String[] args, String name, String otherwise) {
        int at = Arrays.asList(args).indexOf(name);
        return at < 0 || at + 1 == args.length ? otherwise : args[at + 1];
    }

    // The certificate of the admin listener is made by the gateway itself.
    private static SSLContext trustingAll() throws Exception {
        TrustManager all = new X509TrustManager() {

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {all}, new SecureRandom());
        return context;
    }
}
