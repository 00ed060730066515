package dev.understudy.routing;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.FaultyEndpoint;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Every fault of an endpoint with every kind of request, and what the contract says that the caller then has. */
final class FaultMatrix {

    static final long SEED = 20261125;

    static final String SECOND = "second";

    private static final Duration CONNECT = Duration.ofMillis(600);
    private static final Duration RESPONSE = Duration.ofMillis(1_000);
    private static final Duration IDLE = Duration.ofMillis(1_200);
    private static final Duration NO_TIME = Duration.ZERO;

    static final FailoverPolicy POLICY = Policies.policy()
            .connect(CONNECT)
            .response(RESPONSE)
            .idle(IDLE)
            .neverSuspends()
            .build();

    private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

    /** What an attempt at the faulty endpoint comes to, in the words of the contract. */
    sealed interface Outcome {}

    record NotSent() implements Outcome {}

    /** @param bodyRead how much of a long body the endpoint has when it fails */
    record NoAnswer(int callersStatus, BodyRead bodyRead) implements Outcome {}

    /** Closed so early that it is chance whether anything had left. */
    record NotSentOrNoAnswer() implements Outcome {}

    record Answered(int status, String body) implements Outcome {}

    record Broken() implements Outcome {}

    enum BodyRead {
        MORE_THAN_IS_KEPT,
        PERHAPS_NOTHING
    }

    /** What the caller has in the end. Its text is what a table says. */
    sealed interface End {}

    record AnswerOfSecond() implements End {
        @Override
        public String toString() {
            return "next endpoint";
        }
    }

    record Problem(int status) implements End {
        @Override
        public String toString() {
            return String.valueOf(status);
        }
    }

    record AnswerOfFirst(int status, String body) implements End {
        @Override
        public String toString() {
            return "its own " + status;
        }
    }

    record VisiblyBroken(int status) implements End {
        @Override
        public String toString() {
            return "broken " + status;
        }
    }

    record Nothing(String why) implements End {
        @Override
        public String toString() {
            return "nothing: " + why;
        }
    }

    interface Opening {
        Faulty open() throws IOException;
    }

    /** The faulty endpoint. @param endpoint empty where there is none to ask what it saw */
    record Faulty(String url, Optional<FaultyEndpoint> endpoint, List<AutoCloseable> opened) {

        static Faulty at(String url) {
            return new Faulty(url, Optional.empty(), List.of());
        }

        static Faulty of(String scheme, FaultyEndpoint endpoint) {
            return new Faulty(scheme + "://localhost:" + endpoint.port(), Optional.of(endpoint), List.of(endpoint));
        }
    }

    /**
     * @param name begins with a number by which it is known among the project's people
     * @param limit the time that the gateway's own limit gives it; none where it shows at once
     */
    record Fault(String name, Outcome outcome, Duration limit, Opening opening) {

        String words() {
            return name.substring(name.indexOf(' ') + 1);
        }

        /** Whether anything else can be asked of it on the same connection. */
        boolean speaksHttp() {
            return outcome instanceof NoAnswer || outcome instanceof Answered || outcome instanceof Broken;
        }
    }

    /** @param framed as it goes over the wire */
    record Body(String name, byte[] framed, boolean chunked, int length, long hash) {

        static Body whole(String name, byte[] bytes) {
            return new Body(name, bytes, false, bytes.length, hashOf(bytes));
        }

        static Body chunked(String name, byte[] bytes) {
            return new Body(name, chunks(bytes), true, bytes.length, hashOf(bytes));
        }

        boolean isKept() {
            return length <= POLICY.replayLimitBytes();
        }

        String headers() {
            if (chunked) {
                return "Transfer-Encoding: chunked\r\n";
            }
            return length == 0 ? "" : "Content-Length: " + length + "\r\n";
        }

        private static long hashOf(byte[] bytes) {
            CRC32C hash = new CRC32C();
            hash.update(bytes);
            return hash.getValue();
        }

        private static byte[] chunks(byte[] bytes) {
            ByteArrayOutputStream framed = new ByteArrayOutputStream(bytes.length + (1 << 16));
            int size = 1 << 14;
            for (int at = 0; at < bytes.length; at += size) {
                framed.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                framed.write(bytes, at, size);
                framed.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            framed.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return framed.toByteArray();
        }
    }

    record Request(String method, boolean declaredIdempotent, Body body) {

        boolean idempotent() {
            return declaredIdempotent || !method.equals("POST");
        }

        @Override
        public String toString() {
            return method + (declaredIdempotent ? " marked idempotent" : "") + " with " + body.name();
        }
    }

    /** Requests between which the contract makes no difference. */
    enum Kind {
        KEPT("idempotent, body kept"),
        TOO_LONG("idempotent, longer body"),
        NOT_IDEMPOTENT("POST"),
        ALONE("nobody else to ask");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** @param alone whether there is no endpoint but the faulty one; else a healthy one comes next */
    record Cell(Fault fault, Request request, boolean alone) {

        Kind kind() {
            if (alone) {
                return Kind.ALONE;
            }
            if (!request.idempotent()) {
                return Kind.NOT_IDEMPOTENT;
            }
            return request.body().isKept() ? Kind.KEPT : Kind.TOO_LONG;
        }

        /** The contract, section Failover: what it allows. */
        Set<End> ends() {
            Outcome outcome = fault.outcome();
            if (outcome instanceof NotSent) {
                return Set.of(alone ? new Problem(503) : new AnswerOfSecond());
            }
            if (outcome instanceof NotSentOrNoAnswer) {
                return afterNotSentOrNoAnswer();
            }
            if (outcome instanceof NoAnswer none) {
                return whereRepeatable(none.bodyRead(), new Problem(none.callersStatus()));
            }
            if (outcome instanceof Answered answered) {
                End own = new AnswerOfFirst(answered.status(), answered.body());
                return POLICY.statuses().contains(answered.status())
                        ? whereRepeatable(BodyRead.MORE_THAN_IS_KEPT, own)
                        : Set.of(own);
            }
            return Set.of(new VisiblyBroken(200));
        }

        private Set<End> afterNotSentOrNoAnswer() {
            if (alone) {
                return Set.of(new Problem(503), new Problem(502));
            }
            return kind() == Kind.KEPT ? Set.of(new AnswerOfSecond()) : Set.of(new AnswerOfSecond(), new Problem(502));
        }

        private Set<End> whereRepeatable(BodyRead read, End otherwise) {
            if (kind() == Kind.KEPT) {
                return Set.of(new AnswerOfSecond());
            }
            return kind() == Kind.TOO_LONG && read == BodyRead.PERHAPS_NOTHING
                    ? Set.of(new AnswerOfSecond(), otherwise)
                    : Set.of(otherwise);
        }

        @Override
        public String toString() {
            return fault.name() + ", " + request + (alone ? ", nobody else" : "");
        }
    }

    private static final List<Body> BODIES = List.of(
            Body.whole("no body", new byte[0]),
            Body.whole("1 KB", random(1 << 10)),
            Body.chunked("10 MB", random(10 << 20)));

    static final List<Fault> FAULTS = List.of(
            notSent("U01 refused", NO_TIME, () -> Faulty.at("http://localhost:" + RawEndpoint.deadPort())),
            notSent("U02 black hole", CONNECT, FaultMatrix::blackHole),
            atOnce("U03 closed at once", FaultyEndpoint.Line::finish),
            atOnce("U03 reset at once", FaultyEndpoint.Line::reset),
            afterTheHead("U03 closed after the request's head", FaultyEndpoint.Line::finish),
            afterTheHead("U03 reset after the request's head", FaultyEndpoint.Line::reset),
            afterAll("U03 closed before the answer", FaultyEndpoint.Line::finish),
            afterAll("U03 reset before the answer", FaultyEndpoint.Line::reset),
            garbage("U04 no status", "HTTP/1.1 abc\r\n\r\n"),
            garbage("U04 HTTP/0.9", "<html>hello</html>\r\n"),
            afterAll("U04 a TLS alert", line -> {
                line.send(new byte[] {0x15, 3, 3, 0, 2, 2, 70});
                line.finish();
            }),
            afterAll("U04 random bytes", line -> {
                line.send(random(300));
                line.finish();
            }),
            garbage("U05 long headers", "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"),
            garbage(
                    "U05 length and chunks",
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            garbage("U05 two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            new Fault(
                    "U06 never answers",
                    new NoAnswer(504, BodyRead.MORE_THAN_IS_KEPT),
                    RESPONSE,
                    () -> doing(readingAll(FaultyEndpoint.Line::untilClosed))),
            broken("U07 stalls in its body", IDLE, line -> {
                line.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                line.untilClosed();
            }),
            broken("U08 closed in a body with a length", NO_TIME, line -> {
                line.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                line.finish();
            }),
            broken("U08 closed between chunks", NO_TIME, line -> {
                line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                line.finish();
            }),
            broken("U09 reset in a body with a length", NO_TIME, line -> {
                line.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                line.reset();
            }),
            broken("U09 reset between chunks", NO_TIME, line -> {
                line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                line.reset();
            }),
            broken("U09 reset in a body that ends with the connection", NO_TIME, line -> {
                line.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
                line.reset();
            }),
            answers("U10 bytes after its answer", 200, "fine", "Content-Length: 4\r\n\r\nfine" + POISON),
            answers("U11 204 with a body", 204, "", "Content-Length: 4\r\n\r\nbody"),
            answers("U11 304 with a body", 304, "", "Content-Length: 4\r\n\r\nbody"),
            garbage("U12 101 unasked", "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n"),
            interim("U13 100 before its answer", 100),
            interim("U13 102 before its answer", 102),
            interim("U13 103 before its answer", 103),
            answers("U14 status 999", 999, "odd", "Content-Length: 3\r\n\r\nodd"),
            garbage("U14 a bare CR in its reason", "HTTP/1.1 200 Fi\rne\r\nContent-Length: 4\r\n\r\nfine"),
            garbage("U14 status 099", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n"),
            notSent(
                    "U16 plain behind https",
                    NO_TIME,
                    () -> connected("https", line -> {
                        line.send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
                        line.untilClosed();
                    })),
            notSent("U16 an untrusted certificate", NO_TIME, () -> tls("localhost")),
            notSent("U16 another host's certificate, untrusted too", NO_TIME, () -> tls("other.example")),
            notSent("U16 no end of the handshake", CONNECT, () -> connected("https", FaultyEndpoint.Line::untilClosed)),
            notSent("U17 unknown host", NO_TIME, () -> Faulty.at("http://nowhere.invalid")),
            answers("U20 502", 502, "own", "Content-Length: 3\r\n\r\nown"),
            answers("U20 503", 503, "own", "Content-Length: 3\r\n\r\nown"),
            answers("U20 504", 504, "own", "Content-Length: 3\r\n\r\nown"),
            answers("U20 503 with Retry-After", 503, "own", "Retry-After: 1\r\nContent-Length: 3\r\n\r\nown"),
            answers("U20 429", 429, "own", "Content-Length: 3\r\n\r\nown"),
            answers("U20 500", 500, "own", "Content-Length: 3\r\n\r\nown"),
            new Fault(
                    "U22 reset after 1 MB",
                    new NoAnswer(502, BodyRead.MORE_THAN_IS_KEPT),
                    NO_TIME,
                    () -> doing(line -> {
                        line.readBody(1 << 20);
                        line.reset();
                    })),
            new Fault(
                    "U23 early 413, the rest read",
                    new Answered(413, "large"),
                    NO_TIME,
                    () -> doing(line -> {
                        line.readBody(1 << 10);
                        line.send("HTTP/1.1 413 Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
                        line.finish();
                    })),
            new Fault(
                    "U23 early 413, the rest unread",
                    new Answered(413, "large"),
                    NO_TIME,
                    () -> doing(line -> {
                        line.readBody(1 << 10);
                        line.send("HTTP/1.1 413 Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
                        line.close();
                    })),
            answers("U32 a redirect", 302, "", "Location: http://localhost:1/x\r\nContent-Length: 0\r\n\r\n"));

    private FaultMatrix() {}

    static Stream<Cell> cells() {
        return FAULTS.stream().flatMap(FaultMatrix::cells);
    }

    private static Stream<Cell> cells(Fault fault) {
        Stream<Cell> before = requests().map(request -> new Cell(fault, request, false));
        Stream<Cell> alone =
                requests().filter(request -> request.body().isKept()).map(request -> new Cell(fault, request, true));
        return Stream.concat(before, alone);
    }

    /** What the caller may have, for each kind of request, in words. */
    static Map<Kind, String> words(Fault fault) {
        Map<Kind, Set<String>> all = new EnumMap<>(Kind.class);
        cells(fault)
                .forEach(cell -> cell.ends()
                        .forEach(end -> all.computeIfAbsent(
                                        cell.kind(), kind -> new TreeSet<>(Comparator.reverseOrder()))
                                .add(end.toString())));
        Map<Kind, String> words = new EnumMap<>(Kind.class);
        all.forEach((kind, ends) -> words.put(kind, String.join(" or ", ends)));
        return words;
    }

    private static Stream<Request> requests() {
        return BODIES.stream()
                .flatMap(body -> Stream.of(
                        new Request("GET", false, body),
                        new Request("PUT", false, body),
                        new Request("DELETE", false, body),
                        new Request("POST", false, body),
                        new Request("POST", true, body)));
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    private static Fault notSent(String name, Duration limit, Opening opening) {
        return new Fault(name, new NotSent(), limit, opening);
    }

    private static Fault atOnce(String name, FaultyEndpoint.Part part) {
        return new Fault(name, new NotSentOrNoAnswer(), NO_TIME, () -> connected("http", part));
    }

    private static Fault afterTheHead(String name, FaultyEndpoint.Part part) {
        return new Fault(name, new NoAnswer(502, BodyRead.PERHAPS_NOTHING), NO_TIME, () -> doing(part));
    }

    private static Fault afterAll(String name, FaultyEndpoint.Part part) {
        return new Fault(name, new NoAnswer(502, BodyRead.MORE_THAN_IS_KEPT), NO_TIME, () -> doing(readingAll(part)));
    }

    // The endpoint leaves it to the gateway to close.
    private static Fault garbage(String name, String bytes) {
        return afterAll(name, line -> {
            line.send(bytes);
            line.untilClosed();
        });
    }

    private static Fault broken(String name, Duration limit, FaultyEndpoint.Part part) {
        return new Fault(name, new Broken(), limit, () -> doing(readingAll(part)));
    }

    private static Fault answers(String name, int status, String body, String headersAndBody) {
        String answer = "HTTP/1.1 " + status + " Said\r\n" + headersAndBody;
        return new Fault(name, new Answered(status, body), NO_TIME, () -> doing(readingAll(line -> line.send(answer))));
    }

    private static Fault interim(String name, int status) {
        return new Fault(
                name,
                new Answered(200, "fine"),
                NO_TIME,
                () -> doing(readingAll(line -> {
                    line.send("HTTP/1.1 " + status + " Wait\r\nLink: </x>\r\n\r\n");
                    line.answer(200, "fine");
                })));
    }

    private static FaultyEndpoint.Part readingAll(FaultyEndpoint.Part part) {
        return line -> {
            line.readBody();
            part.play(line);
        };
    }

    private static Faulty doing(FaultyEndpoint.Part part) throws IOException {
        return Faulty.of("http", FaultyEndpoint.doing(part));
    }

    private static Faulty connected(String scheme, FaultyEndpoint.Part part) throws IOException {
        return Faulty.of(scheme, FaultyEndpoint.connected(new ServerSocket(), part));
    }

    private static Faulty tls(String host) throws IOException {
        ServerSocket server =
                TestCertificate.serverContext(host).getServerSocketFactory().createServerSocket();
        return Faulty.of("https", FaultyEndpoint.connected(server, FaultyEndpoint.Line::untilClosed));
    }

    private static Faulty blackHole() throws IOException {
        BlackHole silent = new BlackHole();
        return new Faulty("http://127.0.0.1:" + silent.port(), Optional.empty(), List.of(silent));
    }
}
