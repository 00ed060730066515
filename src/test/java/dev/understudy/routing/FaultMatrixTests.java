package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.routing.FaultMatrix.AnswerOfFirst;
import dev.understudy.routing.FaultMatrix.AnswerOfSecond;
import dev.understudy.routing.FaultMatrix.Broken;
import dev.understudy.routing.FaultMatrix.Cell;
import dev.understudy.routing.FaultMatrix.End;
import dev.understudy.routing.FaultMatrix.Fault;
import dev.understudy.routing.FaultMatrix.Faulty;
import dev.understudy.routing.FaultMatrix.Kind;
import dev.understudy.routing.FaultMatrix.NoAnswer;
import dev.understudy.routing.FaultMatrix.Nothing;
import dev.understudy.routing.FaultMatrix.Outcome;
import dev.understudy.routing.FaultMatrix.Problem;
import dev.understudy.routing.FaultMatrix.Request;
import dev.understudy.routing.FaultMatrix.VisiblyBroken;
import dev.understudy.testkit.FaultyEndpoint;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Leaks;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Measures every cell of {@link FaultMatrix} over real sockets, many at once, and then looks at each. What was measured is
 * in {@code target/fault-matrix.md}.
 */
class FaultMatrixTests {

    private static final Path TABLE = Path.of("target/fault-matrix.md");

    // Short requests wait most of the time, long ones keep the processors busy.
    private static final int SHORT_AT_ONCE = 8;
    private static final int LONG_AT_ONCE = 3;

    // What a machine takes that is busy with the other cells, too. Half of the cells take less than any limit there is.
    private static final Duration OF_A_SHORT_ONE = Duration.ofSeconds(2);
    private static final Duration OF_A_LONG_ONE = Duration.ofSeconds(10);
    private static final Duration USUALLY = Duration.ofMillis(250);

    /**
     * @param first what the faulty endpoint saw
     * @param second what the healthy one saw
     * @param leftOpen connections to the faulty one that stood a second after the answer
     * @param next what was answered to requests after it that the faulty endpoint would answer properly
     */
    private record Measured(
            End end,
            Duration took,
            List<FaultyEndpoint.Seen> first,
            List<FaultyEndpoint.Seen> second,
            int leftOpen,
            List<String> next) {}

    private static final Map<Cell, Measured> MEASURED = new LinkedHashMap<>();

    private static Leaks leaks;
    private static GatewayProcess gateway;

    @BeforeAll
    static void measure() throws Exception {
        System.out.println("seed " + FaultMatrix.SEED);
        leaks = Leaks.watch();
        gateway = new GatewayProcess(List.of());
        List<Cell> cells = FaultMatrix.cells().toList();
        // The first one of all does not measure how long classes take to load.
        measured(cells.get(0));
        measure(cells.stream().filter(cell -> cell.request().body().isKept()), SHORT_AT_ONCE);
        measure(cells.stream().filter(cell -> !cell.request().body().isKept()), LONG_AT_ONCE);
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, table());
        System.out.println("wrote " + TABLE);
    }

    private static void measure(Stream<Cell> cells, int atOnce) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            Map<Cell, Future<Measured>> running = new LinkedHashMap<>();
            cells.forEach(cell -> running.put(cell, threads.submit(() -> measured(cell))));
            for (Map.Entry<Cell, Future<Measured>> each : running.entrySet()) {
                MEASURED.put(each.getKey(), each.getValue().get(1, TimeUnit.MINUTES));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @AfterAll
    static void nothingLeaked() {
        try (Leaks watched = leaks) {
            gateway.close();
            assertThat(watched.found()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.understudy.routing.FaultMatrix#cells")
    void whatTheContractSays(Cell cell) {
        Measured measured = Objects.requireNonNull(MEASURED.get(cell));

        assertThat(cell.ends()).contains(measured.end());
        assertThat(measured.took()).isBetween(shortest(cell.fault()), longest(cell));
        assertSeenByFirst(cell, measured);
        assertSeenBySecond(cell, measured);
        assertThat(measured.leftOpen()).isZero();
        assertThat(measured.next()).allMatch(FaultyEndpoint.ORDINARY::equals);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void asSoonAsTheFaultShows(Fault fault) {
        List<Duration> took = MEASURED.entrySet().stream()
                .filter(each -> each.getKey().fault().equals(fault))
                .filter(each -> each.getKey().request().body().isKept())
                .map(each -> each.getValue().took())
                .toList();

        assertThat(median(took)).isBetween(shortest(fault), fault.limit().plus(USUALLY));
    }

    static List<Fault> faults() {
        return FaultMatrix.FAULTS;
    }

    private static void assertSeenByFirst(Cell cell, Measured measured) {
        boolean speaksHttp = cell.fault().speaksHttp();
        assertThat(measured.first()).hasSize(speaksHttp ? 1 : 0);
        measured.first().stream()
                .filter(FaultyEndpoint.Seen::whole)
                .forEach(seen ->
                        assertThat(seen.hash()).isEqualTo(cell.request().body().hash()));
    }

    private static void assertSeenBySecond(Cell cell, Measured measured) {
        assertThat(measured.second()).hasSize(measured.end().equals(new AnswerOfSecond()) ? 1 : 0);
        for (FaultyEndpoint.Seen seen : measured.second()) {
            assertThat(seen.firstLine()).isEqualTo(cell.request().method() + " /thing HTTP/1.1");
            assertThat(seen.whole()).isTrue();
            assertThat(seen.hash()).isEqualTo(cell.request().body().hash());
        }
    }

    // Timers may be some milliseconds early.
    private static Duration shortest(Fault fault) {
        return fault.limit().isZero() ? Duration.ZERO : fault.limit().minusMillis(20);
    }

    private static Duration longest(Cell cell) {
        return cell.fault().limit().plus(cell.request().body().isKept() ? OF_A_SHORT_ONE : OF_A_LONG_ONE);
    }

    private static Measured measured(Cell cell) throws Exception {
        Faulty first = cell.fault().opening().open();
        FaultyEndpoint second = FaultyEndpoint.doing(line -> {
            line.readBody();
            line.answer(200, FaultMatrix.SECOND);
        });
        String api = serve(cell, first.url(), "http://localhost:" + second.port());
        try {
            long began = System.nanoTime();
            End end = call(cell.request(), api);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            List<FaultyEndpoint.Seen> seen =
                    first.endpoint().map(FaultyEndpoint::requests).orElse(List.of());
            return new Measured(end, took, seen, second.requests(), leftOpen(first, cell), next(cell, api));
        } finally {
            // Each that is served makes those that come later a little slower to be deployed.
            gateway.withdraw(api);
            second.close();
            for (AutoCloseable one : first.opened()) {
                one.close();
            }
        }
    }

    // That of an endpoint that answered may be used again.
    private static int leftOpen(Faulty first, Cell cell) {
        Outcome outcome = cell.fault().outcome();
        if (first.endpoint().isEmpty() || !(outcome instanceof NoAnswer || outcome instanceof Broken)) {
            return 0;
        }
        FaultyEndpoint endpoint = first.endpoint().get();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> endpoint.open() == 0);
        } catch (ConditionTimeoutException e) {
            return endpoint.open();
        }
        return 0;
    }

    private static List<String> next(Cell cell, String api) throws IOException {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 2 && cell.fault().speaksHttp(); i++) {
            answers.add(ordinary(api));
        }
        return answers;
    }

    // A limit that passes on a busy machine says nothing of the connection: what is looked for is a wrong answer.
    private static String ordinary(String api) throws IOException {
        String request = "GET " + api + "/ordinary HTTP/1.1\r\nHost: h\r\n\r\n";
        RawMessage answer = RawCaller.call(gateway.port(), request);
        for (int i = 0; i < 3 && (answer.status() == 503 || answer.status() == 504); i++) {
            answer = RawCaller.call(gateway.port(), request);
        }
        return answer.text();
    }

    private static String serve(Cell cell, String first, String second) {
        Request request = cell.request();
        String[] urls = cell.alone() ? new String[] {first} : new String[] {first, second};
        EndpointGroup group = GatewayProcess.failover(FaultMatrix.POLICY, urls);
        return gateway.serve(List.of(
                GatewayProcess.operation(request.method() + " /thing", group, request.declaredIdempotent(), false),
                GatewayProcess.operation("GET /ordinary", GatewayProcess.failover(FaultMatrix.POLICY, first))));
    }

    private static End call(Request request, String api) throws IOException {
        try (RawCaller caller = new RawCaller(gateway.port())) {
            Thread sender = new Thread(() -> send(request, api, caller), "caller");
            sender.setDaemon(true);
            sender.start();
            return end(caller.read());
        } catch (IOException e) {
            return new Nothing(e.toString());
        }
    }

    // In the middle of a body whose answer came early, the caller may be cut off.
    private static void send(Request request, String api, RawCaller caller) {
        try {
            caller.send(request.method() + " " + api + "/thing HTTP/1.1\r\nHost: h\r\n"
                    + request.body().headers() + "\r\n");
            caller.send(request.body().framed());
        } catch (IOException e) {
            // The answer says the rest.
        }
    }

    private static End end(RawMessage answer) {
        if (!answer.complete()) {
            return new VisiblyBroken(answer.status());
        }
        if (answer.header("Content-Type").equals(Optional.of("application/problem+json"))) {
            return new Problem(answer.status());
        }
        return answer.status() == 200 && answer.text().equals(FaultMatrix.SECOND)
                ? new AnswerOfSecond()
                : new AnswerOfFirst(answer.status(), answer.text());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("# What was measured\n\n"
                + "| fault | request | the caller got | asked: it | asked: the next | median ms | longest ms |\n"
                + "|---|---|---|---|---|---|---|\n");
        for (Fault fault : FaultMatrix.FAULTS) {
            for (Kind kind : Kind.values()) {
                table.append(row(
                        fault,
                        kind,
                        MEASURED.entrySet().stream()
                                .filter(each -> each.getKey().fault().equals(fault))
                                .filter(each -> each.getKey().kind() == kind)
                                .map(Map.Entry::getValue)
                                .toList()));
            }
        }
        return table.toString();
    }

    private static String row(Fault fault, Kind kind, List<Measured> measured) {
        List<Duration> took = measured.stream().map(Measured::took).toList();
        return "| %s | %s | %s | %d | %d | %d | %d |\n"
                .formatted(
                        fault.name(),
                        kind.words(),
                        measured.stream()
                                .collect(Collectors.groupingBy(one -> one.end().toString(), Collectors.counting()))
                                .entrySet()
                                .stream()
                                .map(each -> each.getKey() + " × " + each.getValue())
                                .sorted()
                                .collect(Collectors.joining(", ")),
                        measured.stream().mapToInt(one -> one.first().size()).sum(),
                        measured.stream().mapToInt(one -> one.second().size()).sum(),
                        median(took).toMillis(),
                        took.stream().max(Duration::compareTo).orElseThrow().toMillis());
    }

    private static Duration median(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }
}
