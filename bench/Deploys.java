import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whether callers notice that their API is deployed anew ten times a second. See README.md.
 *
 * <p>Every version has its number in the paths of its two endpoints and in the credentials for them, so that an answer tells
 * all parts of the version that it came from.
 */
final class Deploys {

    private static final int RATE = 500;
    private static final int DEPLOYS_PER_SECOND = 10;
    private static final int QUIET_SECONDS = 15;
    private static final int RUN_IN_SECONDS = 15;

    /** Every so many requests the first endpoint says 503, and the second one is asked by the same request. */
    private static final int FAILED_OVER = 20;

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String BOUNDARY = "a-boundary-that-is-in-no-project";

    private static Process gateway;
    private static Path folder;
    private static int[] ports;
    private static HttpClient client;

    private static final AtomicInteger begun = new AtomicInteger();
    private static final AtomicInteger acknowledged = new AtomicInteger();
    private static final AtomicInteger failedOver = new AtomicInteger();
    private static final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
    private static final Map<String, String> askedFirst = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("java bench/Deploys.java target/understudy.jar [--seconds 60]");
            System.exit(2);
        }
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
        Runtime.getRuntime().addShutdownHook(new Thread(Deploys::cleanUp));
        System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
        // Without it, its endpoints take 40 ms for the end of an answer.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trustingAll())
                .executor(Executors.newFixedThreadPool(4, Deploys::daemon))
                .build();
        System.out.printf(
                "%d cores, Java %s, %d requests/s, %d deploys/s for %d s%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), RATE,
                DEPLOYS_PER_SECOND, seconds);
        System.exit(run(Path.of(args[0]).toAbsolutePath(), seconds) ? 0 : 1);
    }

    private static boolean run(Path jar, int seconds) throws Exception {
        ports = freePorts(5);
        endpoint(ports[0], true);
        endpoint(ports[1], false);
        start(jar);
        if (deploy(1) != 200) {
            throw new IllegalStateException("the first deploy was refused");
        }
        acknowledged.set(1);
        // Classes are loaded and compiled.
        load(RUN_IN_SECONDS, false);
        failures.clear();
        failedOver.set(0);
        double[] quiet = load(QUIET_SECONDS, false).requests();
        Measured measured = load(seconds, true);
        double[] busy = measured.requests();
        double[] deploys = measured.deploys();
        long failed = failures.values().stream().mapToLong(AtomicLong::get).sum();
        System.out.println("requests, deploys:          " + busy.length + ", " + deploys.length);
        System.out.println("failed, by what came:       " + failures);
        System.out.println("of both endpoints, in one:  " + failedOver);
        System.out.printf(
                Locale.ROOT, "deploy, ms:                 p50 %.1f, p99 %.1f, worst %.1f%n", quantile(deploys, 0.5),
                quantile(deploys, 0.99), quantile(deploys, 1));
        print("request without deploys, ms:", quiet);
        print("request with deploys, ms:   ", busy);
        System.out.printf(
                Locale.ROOT, "ratio, with to without:     p50 %.2f, p99 %.2f%n",
                quantile(busy, 0.5) / quantile(quiet, 0.5), quantile(busy, 0.99) / quantile(quiet, 0.99));
        return said(busy.length == RATE * seconds, "every request was sent")
                & said(deploys.length >= DEPLOYS_PER_SECOND * seconds * 99 / 100, "every deploy was acknowledged")
                & said(failed == 0, "no request failed, came from two versions, or from none that was live");
    }

    // The load

    private record Measured(double[] requests, double[] deploys) {}

    /** Requests that are sent when they are due, whatever became of those before. */
    private static Measured load(int seconds, boolean deploying) throws Exception {
        int count = RATE * seconds;
        double[] times = new double[count];
        Arrays.fill(times, Double.NaN);
        Semaphore done = new Semaphore(0);
        double[] deploys = new double[deploying ? DEPLOYS_PER_SECOND * seconds : 0];
        Arrays.fill(deploys, Double.NaN);
        long begin = System.nanoTime() + 10_000_000;
        Thread deployer = new Thread(() -> deploySteadily(begin, deploys), "deploy");
        deployer.start();
        for (int i = 0; i < count; i++) {
            long due = begin + i * 1_000_000_000L / RATE;
            parkUntil(due);
            int number = i;
            boolean over = i % FAILED_OVER == 0;
            String id = (deploying ? "d" : "q") + i;
            int least = acknowledged.get();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + ports[2] + "/bench/1.0.0/thing?id=" + id + "&over=" + over))
                    .timeout(Duration.ofSeconds(30))
                    .build();
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((response, e) -> {
                times[number] = (System.nanoTime() - due) / 1e6;
                judge(response, e, least, over);
                done.release();
            });
        }
        deployer.join();
        if (!done.tryAcquire(count, 60, TimeUnit.SECONDS)) {
            failed("no answer");
        }
        return new Measured(sorted(times), sorted(deploys));
    }

    private static void judge(HttpResponse<String> response, Throwable e, int least, boolean over) {
        int most = begun.get();
        if (e != null) {
            failed(e.getClass().getSimpleName());
        } else if (response.statusCode() != 200) {
            failed("status " + response.statusCode());
        } else {
            String[] parts = response.body().split(" ");
            int version = Integer.parseInt(parts[0]);
            if (!parts[1].equals("v" + version)) {
                failed("mixed: path and credentials");
            }
            // Where the first endpoint could not be reached in time, it was not asked with any version.
            if (!parts[2].equals("-") && !parts[2].equals(parts[0])) {
                failed("mixed: first and second endpoint");
            }
            if (over && parts[2].equals(parts[0])) {
                failedOver.incrementAndGet();
            }
            if (version < least || version > most) {
                failed("of a version that was not live");
            }
        }
    }

    private static void deploySteadily(long begin, double[] times) {
        for (int i = 0; i < times.length; i++) {
            long due = begin + i * 1_000_000_000L / DEPLOYS_PER_SECOND;
            parkUntil(due);
            try {
                int version = begun.get() + 1;
                long before = System.nanoTime();
                if (deploy(version) == 200) {
                    times[i] = (System.nanoTime() - before) / 1e6;
                    acknowledged.set(version);
                }
            } catch (Exception e) {
                failed("deploy: " + e.getClass().getSimpleName());
            }
        }
    }

    private static int deploy(int version) throws Exception {
        byte[] body = multipart(project(version));
        begun.set(version);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + ports[4] + "/api/mgw/adapter/0.1/apis?override=true"))
                .header("Authorization", basic("bench", "bench"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            failed("deploy: status " + response.statusCode() + " " + response.body());
        }
        return response.statusCode();
    }

    // A project

    private static byte[] multipart(byte[] zip) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bench.zip\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(zip);
        out.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] project(int version) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "api.yaml", """
                    type: api
                    version: v4.2.0
                    data:
                      name: Bench
                      version: 1.0.0
                      context: /bench
                      type: HTTP
                      endpointConfig:
                        endpoint_type: failover
                        production_endpoints: {url: "http://127.0.0.1:%1$d/%3$d"}
                        production_failovers: [{url: "http://127.0.0.1:%2$d/%3$d"}]
                        endpoint_security:
                          production: {enabled: true, type: BASIC, username: v%3$d, password: x}
                    """.formatted(ports[0], ports[1], version));
            StringBuilder more = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                more.append("  /more").append(i).append("/{id}: {get: {responses: {'200': {description: OK}}}}\n");
            }
            entry(zip, "Definitions/swagger.yaml", """
                    openapi: 3.0.3
                    info: {title: Bench, version: 1.0.0}
                    x-wso2-disable-security: true
                    paths:
                      /thing: {get: {responses: {'200': {description: OK}}}}
                    """ + more);
        }
        return out.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    // The endpoints

    private static void endpoint(int port, boolean first) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, port), 1000);
        server.setExecutor(Executors.newFixedThreadPool(16, Deploys::daemon));
        server.createContext("/", exchange -> answer(exchange, first));
        server.start();
    }

    /** {@code version user version-that-the-first-endpoint-was-asked-with}. */
    private static void answer(HttpExchange exchange, boolean first) throws IOException {
        String version = exchange.getRequestURI().getPath().split("/")[1];
        String query = exchange.getRequestURI().getQuery();
        String id = query.substring(3, query.indexOf('&'));
        String credentials = exchange.getRequestHeaders().getFirst("Authorization").substring("Basic ".length());
        String user = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8).replace(":x", "");
        boolean over = first && query.endsWith("over=true");
        if (over) {
            askedFirst.put(id, version);
        }
        String before = first ? "-" : askedFirst.getOrDefault(id, "-");
        byte[] body = (version + " " + user + " " + before).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(over ? 503 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    // The gateway

    private static void start(Path jar) throws Exception {
        folder = Files.createTempDirectory("deploys");
        Files.createDirectory(folder.resolve("apis"));
        gateway = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-jar",
                        jar.toString(), "--understudy.http.port=" + ports[2], "--server.port=" + ports[3],
                        "--management.server.port=" + ports[4], "--understudy.admin.users[0].username=bench",
                        "--understudy.admin.users[0].password={noop}bench")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long giveUp = System.nanoTime() + 60_000_000_000L;
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[2] + "/ready")).build();
        while (true) {
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not yet.
            }
            if (!gateway.isAlive() || System.nanoTime() > giveUp) {
                throw new IllegalStateException(Files.readString(folder.resolve("log")));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static void cleanUp() {
        if (gateway != null) {
            gateway.destroyForcibly();
        }
        if (folder != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                System.err.println("Left behind: " + folder);
            }
        }
    }

    // Small things

    private static void failed(String how) {
        failures.computeIfAbsent(how, made -> new AtomicLong()).incrementAndGet();
    }

    private static void print(String what, double[] times) {
        System.out.printf(
                Locale.ROOT, "%s p50 %.2f, p99 %.2f, p99.9 %.2f, worst %.1f%n", what, quantile(times, 0.5),
                quantile(times, 0.99), quantile(times, 0.999), quantile(times, 1));
    }

    private static boolean said(boolean met, String target) {
        System.out.println((met ? "PASS " : "FAIL ") + target);
        return met;
    }

    private static double[] sorted(double[] times) {
        return Arrays.stream(times).filter(time -> !Double.isNaN(time)).sorted().toArray();
    }

    private static double quantile(double[] sorted, double q) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * q)];
    }

    private static void parkUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static int[] freePorts(int count) throws IOException {
        ServerSocket[] sockets = new ServerSocket[count];
        int[] free = new int[count];
        for (int i = 0; i < count; i++) {
            sockets[i] = new ServerSocket(0, 1, LOOPBACK);
            free[i] = sockets[i].getLocalPort();
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return free;
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    // The certificate is made at each start.
    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
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
        context.init(null, new TrustManager[] {all}, new SecureRandom());
        return context;
    }
}
