package dev.understudy.admin;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FormPartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.util.context.Context;

/**
 * Takes what is uploaded: as a body, or as {@code multipart/form-data} with a part {@code file}, where other parts are
 * passed over. Nothing is written to a disk: the file is gathered in memory, and the number, the length and the time of
 * uploads have bounds, so that all of them together have. Nothing here waits.
 */
public final class Uploads {

    /** Bytes of a file. */
    static final int LARGEST_FILE = 20 << 20;

    /** Bytes of a body, with all that is not the file. */
    static final int LARGEST_BODY = LARGEST_FILE + (1 << 20);

    static final int MOST_PARTS = 10;

    /** Bytes of the head of a part. */
    static final int LARGEST_HEAD = 8 << 10;

    /** Bytes of the value of a field. */
    static final int LARGEST_FIELD = 64 << 10;

    /** From the moment in which a file begins to arrive until it was put to use. */
    static final int MOST_AT_ONCE = 3;

    static final Duration PATIENCE = Duration.ofSeconds(60);

    // RFC 2046 §5.1.1. The time that Spring's parser takes grows with its length.
    private static final Pattern BOUNDARY = Pattern.compile("[\\w'()+,./:=? -]{0,69}[\\w'()+,./:=?-]");

    /**
     * Spring's reader hands on each failure twice, within a part and behind it. Reactor writes the second one into the log,
     * unless there is this in the context.
     */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private static final Consumer<Throwable> NOTHING = error -> {};

    private static final ResolvableType PART_EVENT = ResolvableType.forClass(PartEvent.class);
    private static final String EXPECTED = " (expected: multipart/form-data with the zip of a project as part 'file')";

    /**
     * What a form of a browser has.
     *
     * @param fields by name; of those of the same name, the last
     * @param file what was chosen; empty where nothing was
     */
    public record Form(Map<String, String> fields, byte[] file) {

        /** Empty text if it is not there. */
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    private final PartEventHttpMessageReader parts = reader(LARGEST_FIELD);
    private final PartEventHttpMessageReader partsOfForms = reader(LARGEST_FILE);
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Duration patience;

    Uploads() {
        this(PATIENCE);
    }

    /** @param patience longest time in which a body must have arrived */
    Uploads(Duration patience) {
        this.patience = patience;
    }

    private static PartEventHttpMessageReader reader(int largestField) {
        PartEventHttpMessageReader reader = new PartEventHttpMessageReader();
        reader.setMaxParts(MOST_PARTS);
        reader.setMaxHeadersSize(LARGEST_HEAD);
        reader.setMaxInMemorySize(largestField);
        return reader;
    }

    /**
     * Hands over the file when it is there whole. When the caller leaves after that, its use goes on, and keeps its place.
     *
     * @param use must not block
     * @return ends with a problem where there is no file to hand over
     */
    <T> Mono<T> take(ServerHttpRequest request, Function<byte[], CompletableFuture<T>> use) {
        return taken(request, () -> parsed(request, parts, new Gathering(), Gathering::file), use);
    }

    /**
     * Hands over a form when it is there whole. Its fields may be as long as a file, all of it as long as a body with one.
     *
     * @param use must not block
     * @return ends with a problem where there is no form to hand over
     */
    public <T> Mono<T> takeForm(ServerHttpRequest request, Function<Form, CompletableFuture<T>> use) {
        return taken(request, () -> parsed(request, partsOfForms, new Filling(), Filling::form), use);
    }

    private <C, T> Mono<T> taken(
            ServerHttpRequest request, Supplier<Mono<C>> content, Function<C, CompletableFuture<T>> use) {
        return Mono.defer(() -> {
            String boundary = boundary(request);
            if (!BOUNDARY.matcher(boundary).matches()) {
                return Mono.error(problem(
                        HttpStatus.BAD_REQUEST, "Content-Type: no boundary, or one that is not valid" + EXPECTED));
            }
            if (request.getHeaders().getContentLength() > LARGEST_BODY) {
                return Mono.error(tooLarge());
            }
            return places.tryAcquire() ? used(content.get(), use, new Place()) : Mono.error(full());
        });
    }

    /**
     * Hands over a body when it is there whole, whatever it is. It has the bounds of a file, and takes the place of one.
     *
     * @param use must not block
     * @return ends with a problem where there is no whole body to hand over
     */
    <T> Mono<T> takeBody(ServerHttpRequest request, Function<byte[], CompletableFuture<T>> use) {
        return Mono.defer(() -> {
            if (request.getHeaders().getContentLength() > LARGEST_FILE) {
                return Mono.error(bodyTooLarge());
            }
            return places.tryAcquire() ? used(body(request), use, new Place()) : Mono.error(full());
        });
    }

    /** How many more may begin now. */
    int free() {
        return places.availablePermits();
    }

    private <C, T> Mono<T> used(Mono<C> content, Function<C, CompletableFuture<T>> use, Place place) {
        return content.doFinally(end -> place.leaveUnlessUsed())
                .flatMap(whole -> Mono.fromFuture(place.usedBy(use.apply(whole)), true));
    }

    private Mono<byte[]> body(ServerHttpRequest request) {
        return Mono.defer(() -> {
                    Blocks blocks = new Blocks(Uploads::bodyTooLarge);
                    return request.getBody()
                            .doOnNext(blocks::appendAndRelease)
                            .then(Mono.fromSupplier(blocks::content))
                            .timeout(patience, Schedulers.fromExecutorService(eventLoop(request)));
                })
                .onErrorMap(Uploads::refusal);
    }

    private <G extends Consumer<PartEvent>, C> Mono<C> parsed(
            ServerHttpRequest request, PartEventHttpMessageReader reader, G gathering, Function<G, C> whole) {
        // A parser that is stopped by another thread than the one it runs on can release what it is just handing on.
        return Mono.defer(() -> reader.read(PART_EVENT, new Limited(request), Map.of())
                        .doOnNext(event -> gathering.accept((PartEvent) event))
                        .then(Mono.fromSupplier(() -> whole.apply(gathering)))
                        .timeout(patience, Schedulers.fromExecutorService(eventLoop(request))))
                .onErrorMap(Uploads::refusal)
                .contextWrite(Context.of(ON_ERROR_DROPPED, NOTHING));
    }

    private static String boundary(ServerHttpRequest request) {
        try {
            MediaType type = request.getHeaders().getContentType();
            if (type != null && type.equalsTypeAndSubtype(MediaType.MULTIPART_FORM_DATA)) {
                String boundary = type.getParameter("boundary");
                return boundary == null ? "" : boundary.replaceAll("^\"(.*)\"$", "$1");
            }
        } catch (InvalidMediaTypeException e) {
            // Answered like any other that it is not.
        }
        throw problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type: another one" + EXPECTED);
    }

    private static EventLoop eventLoop(ServerHttpRequest request) {
        HttpServerRequest served = ServerHttpRequestDecorator.getNativeRequest(request);
        EventLoop[] loop = new EventLoop[1];
        served.withConnection(connection -> loop[0] = connection.channel().eventLoop());
        return loop[0];
    }

    private static Throwable refusal(Throwable error) {
        if (error instanceof TimeoutException) {
            return problem(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive in time.");
        }
        if (error instanceof AbortedException) {
            return problem(HttpStatus.BAD_REQUEST, "The caller left before the body was there.");
        }
        if (error instanceof DataBufferLimitException) {
            return problem(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "The head of a part is longer than " + LARGEST_HEAD + " bytes, or a field longer than may be"
                            + EXPECTED);
        }
        return error instanceof DecodingException || error instanceof IllegalArgumentException
                ? problem(
                        HttpStatus.BAD_REQUEST,
                        "The body is no whole multipart/form-data with at most " + MOST_PARTS + " parts" + EXPECTED)
                : error;
    }

    private static ErrorResponseException tooLarge() {
        return problem(
                HttpStatus.CONTENT_TOO_LARGE,
                "The file is longer than " + LARGEST_FILE + " bytes, or the body than " + LARGEST_BODY
                        + " (expected: the zip of one project)");
    }

    private static ErrorResponseException bodyTooLarge() {
        return problem(
                HttpStatus.CONTENT_TOO_LARGE,
                "The body is longer than " + LARGEST_FILE
                        + " bytes (expected: one OpenAPI document, or the zip of one project)");
    }

    private static ErrorResponseException full() {
        return AdminProblems.later(MOST_AT_ONCE + " uploads are under way already.");
    }

    private static ErrorResponseException problem(HttpStatus status, String detail) {
        return AdminProblems.problem(status, detail);
    }

    /** One of those that there are for uploads. */
    private final class Place {

        private final AtomicBoolean left = new AtomicBoolean();
        private volatile boolean used;

        <T> CompletableFuture<T> usedBy(CompletableFuture<T> use) {
            used = true;
            return use.whenComplete((result, error) -> leave());
        }

        void leaveUnlessUsed() {
            if (!used) {
                leave();
            }
        }

        private void leave() {
            if (left.compareAndSet(false, true)) {
                places.release();
            }
        }
    }

    /** What has arrived of one multipart body. Called by one thread at a time. */
    private static final class Gathering implements Consumer<PartEvent> {

        private final Blocks blocks = new Blocks(Uploads::tooLarge);
        private boolean whole;

        @Override
        public void accept(PartEvent event) {
            DataBuffer content = event.content();
            if ("file".equals(event.headers().getContentDisposition().getName())) {
                takeFile(event, content);
            } else {
                DataBufferUtils.release(content);
            }
        }

        byte[] file() {
            if (!whole) {
                throw problem(HttpStatus.BAD_REQUEST, "The body has no part 'file'" + EXPECTED);
            }
            return blocks.content();
        }

        private void takeFile(PartEvent event, DataBuffer content) {
            if (whole || event instanceof FormPartEvent) {
                DataBufferUtils.release(content);
                throw problem(
                        HttpStatus.BAD_REQUEST,
                        (whole ? "The body has two parts 'file'" : "The part 'file' is text without a name of a file")
                                + EXPECTED);
            }
            blocks.appendAndRelease(content);
            whole = event.isLast();
        }
    }

    /** What has arrived of one form. Called by one thread at a time. */
    private static final class Filling implements Consumer<PartEvent> {

        private final Map<String, String> fields = new LinkedHashMap<>();
        private final Blocks blocks = new Blocks(Uploads::tooLarge);

        @Override
        public void accept(PartEvent event) {
            if (event instanceof FormPartEvent field) {
                fields.put(field.name(), field.value());
                DataBufferUtils.release(field.content());
            } else {
                blocks.appendAndRelease(event.content());
            }
        }

        Form form() {
            return new Form(fields, blocks.content());
        }
    }

    /** Bytes that arrived, as many as there may be of a file. Called by one thread at a time. */
    private static final class Blocks {

        private static final int BLOCK = 64 << 10;

        // One array that grows would at times be there twice, and be longer than the file.
        private final Deque<byte[]> blocks = new ArrayDeque<>();
        private final Supplier<ErrorResponseException> tooMany;
        private int room;
        private int size;

        /** @param tooMany the answer to more bytes than there may be */
        Blocks(Supplier<ErrorResponseException> tooMany) {
            this.tooMany = tooMany;
        }

        void appendAndRelease(DataBuffer piece) {
            try {
                if (piece.readableByteCount() > LARGEST_FILE - size) {
                    throw tooMany.get();
                }
                append(piece);
            } finally {
                DataBufferUtils.release(piece);
            }
        }

        byte[] content() {
            byte[] content = new byte[size];
            for (int at = 0; at < size; at += BLOCK) {
                System.arraycopy(blocks.remove(), 0, content, at, Math.min(BLOCK, size - at));
            }
            return content;
        }

        private void append(DataBuffer piece) {
            while (piece.readableByteCount() > 0) {
                if (room == 0) {
                    blocks.add(new byte[BLOCK]);
                    room = BLOCK;
                }
                int length = Math.min(room, piece.readableByteCount());
                piece.read(blocks.getLast(), BLOCK - room, length);
                room -= length;
                size += length;
            }
        }
    }

    /** A request whose body ends with a problem where it gets too long, whatever it is full of. */
    private static final class Limited extends ServerHttpRequestDecorator {

        Limited(ServerHttpRequest request) {
            super(request);
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.defer(() -> {
                int[] left = {LARGEST_BODY};
                return super.getBody().map(piece -> take(piece, left));
            });
        }

        private static DataBuffer take(DataBuffer piece, int[] left) {
            left[0] -= piece.readableByteCount();
            if (left[0] < 0) {
                DataBufferUtils.release(piece);
                throw tooLarge();
            }
            return piece;
        }
    }
}
