import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What 10,000 operations cost against 10: start, heap, a request, a reload. See README.md. */
final class ManyOperations {

    private static final int REQUESTS = 2_000;
    private static final int WARM_UP = 4_000;
    private static final int RELOADS = 5;
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.ISO_8859_1);

    /** In documents of the given number of operations each. */
    record Size(int documents, int each) {}

    public static void main(String[] args) throws Exception {
        try (ServerSocket endpoint = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread accepting = new Thread(() -> accept(endpoint));
            accepting.setDaemon(true);
            accepting.start();
            System.out.printf(
                    "%10s %9s %9s %12s %12s %12s %12s %12s%n",
                    "operations", "ready s", "heap MiB", "first p50 us", "last p50 us", "first p99 us", "last p99 us",
                    "reload ms");
            for (Size size : new Size[] {new Size(1, 10), new Size(100, 100), new Size(1, 10), new Size(100, 100)}) {
                measure(Path.of(args[0]), size, endpoint.getLocalPort());
            }
        }
    }

    private static void measure(Path jar, Size size, int endpoint) throws Exception {
        Path folder = Files.createTempDirectory("many-operations");
        for (int i = 0; i < size.documents(); i++) {
            Files.writeString(folder.resolve("api" + i + ".yaml"), document(i, size.each(), endpoint));
        }
        int port = freePort();
        long begin = System.nanoTime();
        Process gateway = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        jar.toAbsolutePath().toString(),
                        "--understudy.http.port=" + port,
                        "--server.port=0",
                        "--management.server.port=0",
                        "--understudy.shutdown.delay=0s",
                        "--understudy.apis.directory=" + folder)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "gateway.log"))
                .start();
        try {
            awaitStatus(port, "/ready", 200, 120);
            double ready = seconds(begin);
            String first = path(0, 0);
            String last = path(size.documents() - 1, size.each() - 1);
            double[][] times = requests(port, first, last);
            double heap = heapAfterCollection(gateway.pid());
            double reload = reload(folder, size, endpoint, port);
            System.out.printf(
                    Locale.ROOT,
                    "%10d %9.1f %9.0f %12.0f %12.0f %12.0f %12.0f %12.0f%n",
                    size.documents() * size.each(), ready, heap, quantile(times[0], 0.5), quantile(times[1], 0.5),
                    quantile(times[0], 0.99), quantile(times[1], 0.99), reload);
        } finally {
            gateway.destroy();
            if (!gateway.waitFor(30, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
    }

    private static double[][] requests(int port, String first, String last) throws IOException {
        double[][] times = new double[2][REQUESTS];
        try (Socket socket = connect(port)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = -WARM_UP; i < REQUESTS * 2; i++) {
                int which = Math.floorMod(i, 2);
                long begin = System.nanoTime();
                int status = get(socket, in, which == 0 ? first : last);
                if (status != 200) {
                    throw new IllegalStateException("status " + status);
                }
                if (i >= 0) {
                    times[which][i / 2] = (System.nanoTime() - begin) / 1_000.0;
                }
            }
        }
        return times;
    }

    /** The median time from one changed document among all until its new operation answers. */
    private static double reload(Path folder, Size size, int endpoint, int port) throws IOException {
        double[] times = new double[RELOADS];
        for (int i = 0; i < RELOADS; i++) {
            String text = document(0, size.each(), endpoint) + operation("/new" + i);
            long begin = System.nanoTime();
            Files.writeString(folder.resolve("api0.yaml"), text);
            awaitStatus(port, "/api0/v1/new" + i + "/17/part", 200, 30);
            times[i] = seconds(begin) * 1_000;
        }
        return quantile(times, 0.5);
    }

    private static double heapAfterCollection(long pid) throws Exception {
        jcmd(pid, "GC.run");
        String info = jcmd(pid, "GC.heap_info");
        String used = info.replaceAll("(?s).*? used (\\d+)K.*", "$1");
        return Integer.parseInt(used) / 1024.0;
    }

    private static String jcmd(long pid, String command) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + pid, command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static void awaitStatus(int port, String path, int status, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            try (Socket socket = connect(port)) {
                if (get(socket, new BufferedInputStream(socket.getInputStream()), path) == status) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        throw new IllegalStateException(path + " did not answer " + status + " in " + seconds + " s");
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static int get(Socket socket, InputStream in, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        String head = head(in);
        if (head.isEmpty()) {
            throw new IOException("closed");
        }
        String length = head.replaceAll("(?is).*\r\ncontent-length: (\\d+)\r\n.*", "$1");
        in.readNBytes(length.equals(head) ? 0 : Integer.parseInt(length));
        return Integer.parseInt(head.split(" ")[1]);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.append((char) b);
            if (b == '\n' && head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    private static void accept(ServerSocket endpoint) {
        while (!endpoint.isClosed()) {
            try {
                Socket socket = endpoint.accept();
                socket.setTcpNoDelay(true);
                Thread serving = new Thread(() -> serve(socket));
                serving.setDaemon(true);
                serving.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (!head(in).isEmpty()) {
                out.write(ANSWER);
            }
        } catch (IOException e) {
            // The gateway hung up.
        }
    }

    private static String path(int document, int operation) {
        return "/api" + document + "/v1/thing" + operation + "/17/part";
    }

    private static String document(int number, int operations, int endpoint) {
        StringBuilder text = new StringBuilder("""
                openapi: 3.0.3
                info: {title: Api%1$d, version: '1'}
                x-wso2-basePath: /api%1$d/v1
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {urls: ['http://localhost:%2$d'], type: failover}
                paths:
                """.formatted(number, endpoint));
        for (int i = 0; i < operations; i++) {
            text.append(operation("/thing" + i));
        }
        return text.toString();
    }

    private static String operation(String path) {
        return "  " + path + "/{id}/part:\n"
                + "    get:\n"
                + "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
                + "      responses: {'200': {description: OK}}\n";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static double quantile(double[] values, double quantile) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))];
    }
}
