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
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How long it takes until what was deployed on one gateway is live on all others that have the same PostgreSQL, with and without
 * notifications, and whether callers notice that the database is away. See README.md.
 */
final class Followers {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int REQUESTS_PER_SECOND = 50;
    private static final int WARM_UP = 20;
    private static final String AUTHORIZATION =
            "Basic " + Base64.getEncoder().encodeToString("bench:bench".getBytes(StandardCharsets.UTF_8));

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
            System.err.println("java bench/Followers.java target/understudy.jar [--followers 2] [--deploys 100] [--outage 60]");
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
        System.exit(new Followers(Path.of(args[0]).toAbsolutePath()).run(followers, deploys, outage) ? 0 : 1);
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

    private boolean run(int followers, int deploys, int outage) throws Exception {
        initialize();
        startDatabase();
        sql("CREATE DATABASE notified");
        sql("CREATE DATABASE quiet");
        sql("ALTER DATABASE quiet SET search_path = quiet, pg_catalog, public");
        // Found before that of PostgreSQL, and tells nobody.
        sqlIn("quiet", "CREATE SCHEMA quiet; CREATE FUNCTION quiet.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT'");
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
        int port = freePort();
        int admin = freePort();
        Process process = started(
                name,
                new ProcessBuilder(
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
                        "--understudy.shutdown.delay=0s",
                        "--understudy.apis.directory=" + folder.resolve("none"),
                        "--understudy.store.type=postgresql",
                        "--understudy.store.directory=" + folder.resolve("data-" + name),
                        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + database + "/" + databaseName,
                        "--spring.datasource.username=bench"));
        Gateway gateway = new Gateway(name, port, admin, process);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < end) {
            try {
                if (get(gateway, "/ready") == 200) {
                    return gateway;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IllegalStateException(name + " is not ready; see " + folder.resolve(name + ".log"));
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
