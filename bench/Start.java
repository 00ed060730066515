import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long it takes from the command to /ready, with and without what a JDK can keep of an earlier start. See README.md. */
final class Start {

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    /**
     * A way to start it.
     *
     * @param train options of the start that makes what later ones use; empty: nothing is made
     */
    record Way(String name, Path java, List<String> train, List<String> use) {}

    record Size(String name, int documents, int each) {}

    private final Path folder = Files.createTempDirectory("start");
    private final Path jar;

    private Start(Path jar) throws IOException {
        this.jar = jar;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("java bench/Start.java target/understudy.jar [--jdk25 /usr/lib/jvm/…] [--runs 5]");
            System.exit(2);
        }
        new Start(Path.of(args[0]).toAbsolutePath())
                .run(option(args, "--jdk25", ""), Integer.parseInt(option(args, "--runs", "5")));
        System.exit(0);
    }

    private void run(String jdk25, int runs) throws Exception {
        Path here = Path.of(System.getProperty("java.home"));
        List<Way> ways = new ArrayList<>();
        String version = "Java " + Runtime.version().feature();
        ways.add(new Way(version, here, List.of(), List.of()));
        ways.add(new Way(
                version + ", CDS",
                here,
                List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("classes.jsa")),
                List.of("-XX:SharedArchiveFile=" + folder.resolve("classes.jsa"))));
        if (!jdk25.isEmpty()) {
            ways.add(new Way("Java 25", Path.of(jdk25), List.of(), List.of()));
            ways.add(new Way(
                    "Java 25, AOT cache",
                    Path.of(jdk25),
                    List.of("-XX:AOTCacheOutput=" + folder.resolve("start.aot")),
                    List.of("-XX:AOTCache=" + folder.resolve("start.aot"))));
        }
        Path extracted = folder.resolve("extracted");
        run(bin(here, "java"), "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", extracted.toString());
        List<Size> sizes = List.of(new Size("10 operations", 1, 10), new Size("10,000 operations", 100, 100));
        for (Size size : sizes) {
            write(size);
        }
        for (Way way : ways) {
            if (!way.train().isEmpty()) {
                start(extracted, way.java(), way.train(), sizes.get(0), false);
            }
        }
        Map<String, double[][]> all = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Size size : sizes) {
                for (Way way : ways) {
                    double[][] values = all.computeIfAbsent(size.name() + "\t" + way.name(), name -> new double[2][runs]);
                    double[] one = start(extracted, way.java(), way.use(), size, run == 0);
                    values[0][run] = one[0];
                    values[1][run] = one[1];
                }
            }
        }
        System.out.printf(
                "%d cores, extracted layout, -Xmx512m, %d starts each%n%n%-20s %-22s %8s %8s %8s %9s%n",
                Runtime.getRuntime().availableProcessors(), runs, "", "", "median s", "least", "most", "heap MiB");
        all.forEach((name, values) -> {
            double[] sorted = values[0].clone();
            Arrays.sort(sorted);
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %-22s %8.2f %8.2f %8.2f %9.0f%n",
                    name.split("\t")[0], name.split("\t")[1], sorted[runs / 2], sorted[0], sorted[runs - 1], values[1][0]);
        });
    }

    /** @return seconds until it was ready, and MiB of heap in use after a collection where that was wanted */
    private double[] start(Path extracted, Path java, List<String> options, Size size, boolean heap) throws Exception {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(bin(java, "java"), "-Xmx512m"));
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                extracted.resolve("understudy.jar").toString(),
                "--understudy.http.port=" + port,
                "--server.port=0",
                "--management.server.port=0",
                "--understudy.shutdown.delay=0s",
                "--understudy.apis.directory=" + folder.resolve(size.name())));
        long begin = System.nanoTime();
        Process gateway = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            await(port, begin);
            double ready = (System.nanoTime() - begin) / 1e9;
            return new double[] {ready, heap ? heap(java, gateway.pid()) : 0};
        } finally {
            gateway.destroy();
            if (!gateway.waitFor(120, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
    }

    private void await(int port, long begin) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready")).build();
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(120)) {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IllegalStateException("not ready in 120 s; see " + folder.resolve("log"));
    }

    private static double heap(Path java, long pid) throws Exception {
        run(bin(java, "jcmd"), "" + pid, "GC.run");
        Matcher used = USED.matcher(run(bin(java, "jcmd"), "" + pid, "GC.heap_info"));
        double all = 0;
        // With the serial collector each generation has a line of its own; the last is that of classes.
        for (int i = 0; used.find(); i++) {
            all += i < 2 ? Integer.parseInt(used.group(1)) / 1024.0 : 0;
        }
        return all;
    }

    private void write(Size size) throws IOException {
        Path apis = Files.createDirectories(folder.resolve(size.name()));
        for (int i = 0; i < size.documents(); i++) {
            StringBuilder text = new StringBuilder("""
                    openapi: 3.0.3
                    info: {title: Api%1$d, version: '1'}
                    x-wso2-basePath: /api%1$d/v1
                    x-wso2-disable-security: true
                    x-wso2-production-endpoints: {urls: ['http://127.0.0.1:9', 'http://127.0.0.1:10'], type: failover}
                    paths:
                    """.formatted(i));
            for (int j = 0; j < size.each(); j++) {
                text.append("  /thing" + j + "/{id}/part:\n    get:\n"
                        + "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
                        + "      responses: {'200': {description: OK}}\n");
            }
            Files.writeString(apis.resolve("api" + i + ".yaml"), text);
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
        }
        return output;
    }

    private static String bin(Path java, String program) {
        return java.resolve("bin").resolve(program).toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String option(String[] args, String name, String otherwise) {
        int at = Arrays.asList(args).indexOf(name);
        return at < 0 || at + 1 == args.length ? otherwise : args[at + 1];
    }
}
