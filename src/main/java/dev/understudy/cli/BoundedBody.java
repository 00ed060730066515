package dev.understudy.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gathers the body of an answer, and ends the answer where it gets too long. */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final int most;
    private @Nullable Subscription subscription;

    /** @param most bytes */
    BoundedBody(int most) {
        this.most = most;
    }

    /**
     * Asks, and waits until the answer is there whole, for this time at most.
     *
     * @param most bytes of the body
     */
    static HttpResponse<byte[]> whole(HttpClient http, HttpRequest request, int most, Duration time)
            throws TimeoutException, ExecutionException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, head -> new BoundedBody(most));
        try {
            return sent.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            sent.cancel(true);
        }
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            if (whole.isDone()) {
                return;
            }
            append(piece);
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(content.toByteArray());
    }

    private void append(ByteBuffer piece) {
        if (piece.remaining() > most - content.size()) {
            whole.completeExceptionally(new IOException("it is longer than " + most + " bytes"));
            if (subscription != null) {
                subscription.cancel();
            }
            return;
        }
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        content.writeBytes(bytes);
    }
}
