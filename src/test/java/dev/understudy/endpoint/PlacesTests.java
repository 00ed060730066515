package dev.understudy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.FailoverPolicy.Capacity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PlacesTests {

    private static final Runnable NOTHING = () -> {};

    @Test
    void admitsAsManyAsThereAreConnections() {
        Places places = new Places(new Capacity(2, 10, 0));

        assertThat(places.enter(NOTHING).admitted()).isTrue();
        assertThat(places.enter(NOTHING).admitted()).isTrue();
        assertThat(places.enter(NOTHING).refused()).isTrue();
    }

    @Test
    void whoWaitsIsAdmittedInTurnWhenAnotherLeaves() {
        Places places = new Places(new Capacity(1, 10, 2));
        List<String> admitted = new ArrayList<>();
        Places.Ticket first = places.enter(() -> admitted.add("first"));
        Places.Ticket second = places.enter(() -> admitted.add("second"));
        places.enter(() -> admitted.add("third"));
        assertThat(places.enter(NOTHING).refused()).isTrue();
        assertThat(admitted).containsExactly("first");

        first.leave();
        assertThat(admitted).containsExactly("first", "second");
        first.leave();
        assertThat(admitted).containsExactly("first", "second");
        second.leave();
        assertThat(admitted).containsExactly("first", "second", "third");
    }

    @Test
    void whoLeftTheQueueIsNotAdmitted() {
        Places places = new Places(new Capacity(1, 10, 2));
        List<String> admitted = new ArrayList<>();
        Places.Ticket first = places.enter(NOTHING);
        places.enter(() -> admitted.add("gone")).leave();
        places.enter(() -> admitted.add("next"));

        first.leave();
        assertThat(admitted).containsExactly("next");
    }

    @Test
    void requestsBoundThoseWhoWaitAsWell() {
        Places places = new Places(new Capacity(2, 3, 10));
        places.enter(NOTHING);
        places.enter(NOTHING);

        assertThat(places.enter(NOTHING).refused()).isFalse();
        assertThat(places.enter(NOTHING).refused()).isTrue();
    }

    @Test
    void manyThreadsNeverFindMoreInsideThanThereArePlaces() throws Exception {
        Places places = new Places(new Capacity(3, 1_000, 50));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        ExecutorService leaving = Executors.newFixedThreadPool(4);
        int refused = IntStream.range(0, 20_000)
                .parallel()
                .map(i -> {
                    CompletableFuture<Places.Ticket> ticket = new CompletableFuture<>();
                    ticket.complete(places.enter(() -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        served.incrementAndGet();
                        leaving.execute(() -> {
                            inside.decrementAndGet();
                            ticket.join().leave();
                        });
                    }));
                    return ticket.join().refused() ? 1 : 0;
                })
                .sum();
        Awaitility.await().until(() -> served.get() == 20_000 - refused && inside.get() == 0);
        leaving.shutdown();
        assertThat(leaving.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

        assertThat(most.get()).isBetween(1, 3);
        assertThat(places.enter(NOTHING).admitted()).isTrue();
    }
}
