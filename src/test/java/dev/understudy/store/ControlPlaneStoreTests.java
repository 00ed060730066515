package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway makes of what comes from control planes, and of what does not come. */
class ControlPlaneStoreTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path temp;

    private final Plane plane = new Plane("one");
    private final List<Store> opened = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Store store : opened) {
            store.close();
        }
    }

    @Test
    void whatIsThereIsServedAndCopiedAndEachChangeIsToldOnce() throws Exception {
        plane.deploy("pets", "pets 1");
        Store store = store(plane);
        assertThat(store.open().apis()).extracting(StoredApi::key).containsExactly("pets");
        assertThat(store.news()).isEqualTo(News.NONE);
        AtomicInteger told = new AtomicInteger();
        store.follow(told::incrementAndGet);

        plane.deploy("shop", "shop 1");
        await().atMost(SOON).until(() -> store.revision() == 2);
        News news = store.news();
        assertThat(news.kept()).extracting(StoredApi::key).containsExactly("shop");
        assertThat(store.archive(news.kept().get(0).latest())).isEqualTo(bytes("shop 1"));
        assertThat(store.news()).isEqualTo(News.NONE);
        plane.undeploy("pets");
        await().atMost(SOON).until(() -> store.revision() == 3);
        assertThat(store.news()).isEqualTo(new News(List.of(), Set.of("pets")));
        assertThat(told.get()).isGreaterThanOrEqualTo(2);
        assertThat(archives()).as("of what is served").hasSize(1);
    }

    @Test
    void whoeverStartsWhileNobodyIsThereServesItsCopyAndCatchesUp() throws Exception {
        plane.deploy("pets", "pets 1");
        Store first = store(plane);
        first.open();
        first.close();
        plane.away = true;

        Store second = store(plane);
        Store.Contents contents = second.open();
        assertThat(contents.apis()).extracting(StoredApi::key).containsExactly("pets");
        assertThat(second.archive(contents.apis().get(0).latest())).isEqualTo(bytes("pets 1"));
        assertThat(second.away()).isTrue();
        second.follow(() -> {});
        plane.deploy("shop", "shop 1");
        plane.away = false;
        await().atMost(SOON).until(() -> second.revision() == 2);
        assertThat(second.away()).isFalse();
        assertThat(second.news().kept()).extracting(StoredApi::key).containsExactly("shop");
    }

    @Test
    void withoutACopyAndWithNobodyThereItDoesNotOpen() {
        plane.away = true;
        assertThatExceptionOfType(StoreAway.class)
                .isThrownBy(() -> store(plane, new Plane("two") {
                            {
                                away = true;
                            }
                        })
                        .open())
                .withMessageContaining("no control plane can be reached")
                .satisfies(away -> assertThat(away.key()).isEqualTo("understudy.control-plane.urls"));
    }

    @Test
    void whatIsDamagedOnTheWayIsRefusedToldAndAskedForAnew() throws Exception {
        plane.deploy("pets", "pets 1");
        Store store = store(plane);
        store.open();
        store.follow(() -> {});
        await().atMost(SOON).until(() -> plane.bases.size() == 2);
        plane.holdBack = true;
        Difference right = plane.edition.whole();
        plane.send(new Difference("", 9, plane.edition.checksum(), "wrong", right.changed(), List.of()));

        await().atMost(SOON).until(() -> store.refusal().isPresent());
        assertThat(store.refusal()).hasValueSatisfying(why -> assertThat(why).contains("revision 9", "checksum"));
        assertThat(store.snapshot().apis()).extracting(StoredApi::key).containsExactly("pets");
        plane.holdBack = false;
        await().atMost(SOON).until(() -> store.refusal().isEmpty());
        assertThat(plane.bases).last().isEqualTo(Edition.NONE.checksum());
    }

    @Test
    void aControlPlaneThatIsBehindTakesNothingAwayUntilItHasCaughtUp() throws Exception {
        plane.deploy("pets", "pets 1");
        Plane behind = new Plane("two");
        behind.deploy("pets", "pets 1");
        plane.deploy("shop", "shop 1");
        behind.away = true;
        Store store = store(plane, behind);
        assertThat(store.open().apis()).extracting(StoredApi::key).containsExactly("pets", "shop");
        store.follow(() -> {});
        await().atMost(SOON).until(() -> !plane.bases.isEmpty() && !store.away());

        behind.away = false;
        plane.away = true;
        await().atMost(SOON).until(() -> store.refusal().isPresent());
        assertThat(store.refusal().orElseThrow()).contains("revision 1 of two is older", "2");
        assertThat(store.snapshot().apis()).extracting(StoredApi::key).containsExactly("pets", "shop");
        assertThat(store.news()).isEqualTo(News.NONE);
        // Not after a start either.
        store.close();
        Store again = store(plane, behind);
        assertThat(again.open().apis()).extracting(StoredApi::key).containsExactly("pets", "shop");
        again.follow(() -> {});

        behind.deploy("shop", "shop 1");
        behind.deploy("more", "more 1");
        await().atMost(SOON).until(() -> again.revision() == 3);
        await().atMost(SOON).until(() -> again.refusal().isEmpty());
        assertThat(again.news().kept()).extracting(StoredApi::key).containsExactly("more");
    }

    @Test
    void aProjectThatIsDamagedOrCannotBeHadIsNotTaken() throws Exception {
        plane.deploy("pets", "pets 1");
        Store store = store(plane);
        store.open();
        store.follow(() -> {});
        plane.damaged = true;
        plane.deploy("shop", "shop 1");
        await().atMost(SOON).until(() -> plane.fetched.get() > 3);
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.snapshot().apis()).extracting(StoredApi::key).containsExactly("pets");

        plane.damaged = false;
        await().atMost(SOON).until(() -> store.revision() == 2);
    }

    @Test
    void nothingCanBeChangedHere() throws Exception {
        plane.deploy("pets", "pets 1");
        Store store = store(plane);
        StoredApi pets = store.open().apis().get(0);
        assertThatIOException().isThrownBy(() -> store.keep(pets, null)).withMessageContaining("control planes");
        assertThatIOException().isThrownBy(() -> store.forget(pets)).withMessageContaining("control planes");
        assertThatExceptionOfType(Overtaken.class).isThrownBy(() -> store.keep(List.of(), List.of()));
        assertThat(store.drafts()).isEmpty();
    }

    private Store store(ControlPlane... planes) {
        Store made = new ControlPlaneStore(List.of(planes), temp.resolve("data"), () -> {});
        opened.add(made);
        return made;
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(temp.resolve("data/archives"))) {
            return files.toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A control plane in this process. */
    private static class Plane implements ControlPlane {

        private final String name;
        private final Map<String, StoredApi> apis = new HashMap<>();
        private final Map<String, byte[]> contents = new HashMap<>();
        final ConcurrentLinkedQueue<String> bases = new ConcurrentLinkedQueue<>();
        final AtomicInteger fetched = new AtomicInteger();
        private final ConcurrentLinkedQueue<BlockingQueue<Difference>> followers = new ConcurrentLinkedQueue<>();
        volatile Edition edition = Edition.NONE;
        volatile boolean away;
        volatile boolean damaged;
        volatile boolean holdBack;
        private long revision;

        Plane(String name) {
            this.name = name;
        }

        synchronized void deploy(String key, String content) {
            Revision made = new Revision(
                    1, key, "1", "HTTP", "/" + key, Digest.sha256(bytes(content)), Format.YAML, Instant.EPOCH, "anna");
            contents.put(made.archiveName(), bytes(content));
            apis.put(key, new StoredApi(key, key, List.of(made), List.of(new Placement("localhost", List.of("a"), 1))));
            renew();
        }

        synchronized void undeploy(String key) {
            apis.remove(key);
            renew();
        }

        private void renew() {
            Edition before = edition;
            edition = Edition.of(new Snapshot("", ++revision, List.copyOf(apis.values()), List.of()), before);
            send(edition.since(before));
        }

        void send(Difference difference) {
            followers.forEach(follower -> follower.add(difference));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public synchronized Stream<Difference> differences(String base) {
            if (away) {
                throw new UncheckedIOException(new IOException("it is away"));
            }
            bases.add(base);
            BlockingQueue<Difference> queue = new LinkedBlockingQueue<>();
            if (!holdBack) {
                queue.add(base.equals(edition.checksum()) ? edition.since(edition) : edition.whole());
            }
            followers.add(queue);
            return Stream.generate(() -> next(queue)).onClose(() -> followers.remove(queue));
        }

        private Difference next(BlockingQueue<Difference> queue) {
            try {
                for (int i = 0; i < 1_000; i++) {
                    Difference next = queue.poll(10, TimeUnit.MILLISECONDS);
                    if (next != null) {
                        return next;
                    }
                    if (away) {
                        break;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UncheckedIOException(new IOException("nothing came"));
        }

        @Override
        public byte[] archive(String archive) throws IOException {
            fetched.incrementAndGet();
            byte[] content = contents.get(archive);
            if (content == null) {
                throw new IOException("it is not there");
            }
            return damaged ? bytes("damaged") : content;
        }

        @Override
        public void tell(Report report) {
            // Nobody asks.
        }
    }
}
