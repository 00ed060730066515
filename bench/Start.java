import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long it takes from the command to /ready, with and without what a JDK can keep of an earlier start, beside plain Spring
 * Cloud Gateway. See README.md.
 */
final class Start {

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    /** What is started. */
    enum Program {
        UNDERSTUDY("/ready"),
        /** Serves as soon as it answers anything: it asks for a token. */
        PLAIN("/");

        private final String path;

        Program(String path) {
            this.path = path;
        }
    }

    /**
     * A way to start it.
     *
     * @param train options of the start that makes what later ones use; empty: nothing is made
     */
    record Way(Program program, String name, Path java, List<String> train, List<String> use) {

        String fullName() {
            return program == Program.PLAIN ? name + ", plain" : name;
        }
    }

    record Size(String name, int documents, int each) {}

    private final Path folder = Files.createTempDirectory("start");
    private final Path jar;
    private final Map<Program, Path> extracted = new EnumMap<>(Program.class);

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
        for (Program program : Program.values()) {
            Path archive = folder.resolve(program + ".jsa");
            ways.add(new Way(program, version, here, List.of(), List.of()));
            ways.add(new Way(
                    program,
                    version + ", CDS",
                    here,
                    List.of("-XX:ArchiveClassesAtExit=" + archive),
                    List.of("-XX:SharedArchiveFile=" + archive)));
        }
        if (!jdk25.isEmpty()) {
            ways.add(new Way(Program.UNDERSTUDY, "Java 25", Path.of(jdk25), List.of(), List.of()));
            ways.add(new Way(
                    Program.UNDERSTUDY,
                    "Java 25, AOT cache",
                    Path.of(jdk25),
                    List.of("-XX:AOTCacheOutput=" + folder.resolve("start.aot")),
                    List.of("-XX:AOTCache=" + folder.resolve("start.aot"))));
        }
        extracted.put(Program.UNDERSTUDY, extract(here, jar));
        extracted.put(Program.PLAIN, extract(here, peers()));
        publicKey();
        List<Size> sizes = List.of(new Size("10 operations", 1, 10), new Size("10,000 operations", 100, 100));
        for (Size size : sizes) {
            write(size);
        }
        for (Way way : ways) {
            if (!way.train().isEmpty()) {
                start(way, way.train(), sizes.get(0), false);
            }
        }
        Map<Size, Map<Way, double[][]>> all = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Size size : sizes) {
                for (Way way : ways) {
                    double[][] values = all.computeIfAbsent(size, each -> new LinkedHashMap<>())
                            .computeIfAbsent(way, each -> new double[2][runs]);
                    double[] one = start(way, way.use(), size, run == 0);
                    values[0][run] = one[0];
                    values[1][run] = one[1];
                }
            }
        }
        System.out.printf(
                "%d cores, extracted layout, -Xmx512m, %d starts each%n%n%-20s %-22s %8s %8s %8s %9s %s%n",
                Runtime.getRuntime().availableProcessors(), runs, "", "", "median s", "least", "most", "heap MiB", "to plain");
        all.forEach((size, ofSize) -> ofSize.forEach((way, values) -> {
            double[] sorted = values[0].clone();
            Arrays.sort(sorted);
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %-22s %8.2f %8.2f %8.2f %9.0f %s%n",
                    size.name(), way.fullName(), sorted[runs / 2], sorted[0], sorted[runs - 1], values[1][0],
                    way.program() == Program.PLAIN ? "" : toPlain(way, ofSize, runs));
        }));
    }

    /** Of the starts of the same round, with the same options. */
    private static String toPlain(Way way, Map<Way, double[][]> all, int runs) {
        for (Map.Entry<Way, double[][]> other : all.entrySet()) {
            if (other.getKey().program() == Program.PLAIN && other.getKey().name().equals(way.name())) {
                double[] ratios = new double[runs];
                for (int run = 0; run < runs; run++) {
                    ratios[run] = all.get(way)[0][run] / other.getValue()[0][run];
                }
                Arrays.sort(ratios);
                return String.format(Locale.ROOT, "%.2fx", ratios[runs / 2]);
            }
        }
        return "";
    }

    /** Built unless they are there. @return their jar */
    private Path peers() throws Exception {
        Path sources = jar.getParent().resolveSibling("bench").resolve("peers");
        Path built = sources.resolve("target").resolve("peers.jar");
        if (!Files.exists(built)) {
            run(jar.getParent().resolveSibling("mvnw").toString(), "-B", "-q", "-f", sources.resolve("pom.xml").toString(), "package");
        }
        return built;
    }

    /** @return the jar of the extracted layout */
    private Path extract(Path java, Path of) throws Exception {
        Path to = folder.resolve("extracted-" + of.getFileName());
        run(bin(java, "java"), "-Djarmode=tools", "-jar", of.toString(), "extract", "--destination", to.toString());
        return to.resolve(of.getFileName());
    }

    private void publicKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        Files.writeString(
                folder.resolve("public.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    /** @return seconds until it was ready, and MiB of heap in use after a collection where that was wanted */
    private double[] start(Way way, List<String> options, Size size, boolean heap) throws Exception {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(bin(way.java(), "java"), "-Xmx512m"));
        command.addAll(options);
        command.add("-jar");
        command.addAll(way.program() == Program.PLAIN ? plain(size, port) : understudy(size, port));
        long begin = System.nanoTime();
        Process gateway = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            await(port, way.program(), begin);
            double ready = (System.nanoTime() - begin) / 1e9;
            return new double[] {ready, heap ? heap(way.java(), gateway.pid()) : 0};
        } finally {
            gateway.destroy();
            if (!gateway.waitFor(120, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
    }

    private List<String> understudy(Size size, int port) {
        return List.of(
                extracted.get(Program.UNDERSTUDY).toString(),
                "--understudy.http.port=" + port,
                "--server.port=0",
                "--management.server.port=0",
                "--understudy.shutdown.delay=0s",
                "--understudy.apis.directory=" + folder.resolve(size.name()));
    }

    private List<String> plain(Size size, int port) {
        return List.of(
                extracted.get(Program.PLAIN).toString(),
                "--server.port=" + port,
                "--operations=" + size.documents() * size.each(),
                "--endpoint=http://127.0.0.1:9",
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + folder.resolve("public.pem"));
    }

    // By hand, as a client that is tried a hundred times a second would have a good part of a core that the start could use.
    private void await(int port, Program program, long begin) throws Exception {
        byte[] request = ("GET " + program.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(120)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(request);
                String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                if (status.equals("HTTP/1.1 200") || program == Program.PLAIN && status.startsWith("HTTP/1.1 ")) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            TimeUnit.MILLISECONDS.sleep(20);
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
