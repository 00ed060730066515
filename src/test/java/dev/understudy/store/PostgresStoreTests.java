package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.Hold;
import dev.understudy.testkit.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.mock.env.MockEnvironment;

class PostgresStoreTests extends AnyStoreTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path temp;

    private String url = Postgres.shared().database();
    private final AtomicInteger copies = new AtomicInteger();

    /** Another gateway each time: what it knows it has from the database. */
    @Override
    Store made() {
        return at(temp.resolve("copy" + copies.incrementAndGet()));
    }

    @Override
    List<String> archives() {
        return JdbcClient.create(new DriverManagerDataSource(url))
                .sql("SELECT name FROM understudy_archive")
                .query((row, number) -> Objects.requireNonNull(row.getString(1)))
                .list();
    }

    @Test
    void othersLearnOfEachChangeOnce() throws Exception {
        Store one = started();
        Store other = started();
        AtomicInteger told = new AtomicInteger();
        other.follow(told::incrementAndGet);
        StoredApi pets = api("pets", "1");
        StoredApi shop = api("shop", "1");

        one.keep(pets, content("pets 1"));
        one.keep(shop, content("shop 1"));
        await().atMost(SOON).until(() -> told.get() > 0);
        assertThat(other.news()).isEqualTo(new News(List.of(pets, shop), Set.of()));
        assertThat(other.archive(pets.latest())).isEqualTo(content("pets 1"));
        assertThat(other.news()).isEqualTo(News.NONE);

        StoredApi changed = changed(pets, "pets 2", "localhost");
        one.forget(shop);
        one.keep(changed, content("pets 2"));
        assertThat(other.news()).isEqualTo(new News(List.of(changed), Set.of("shop")));
    }

    @Test
    void withoutANotificationOthersLearnOfAChangeWithinThreeSeconds() throws Exception {
        Store one = started();
        Store other = started();
        AtomicInteger told = new AtomicInteger();
        other.follow(told::incrementAndGet);
        one.keep(api("pets", "1"), content("pets 1"));
        await().atMost(SOON).until(() -> told.get() > 0);
        assertThat(other.news().isEmpty()).isFalse();

        long begin = System.nanoTime();
        sql("UPDATE understudy_state SET revision = revision + 1, apis = revision + 1");
        sql("UPDATE understudy_api SET changed = (SELECT revision FROM understudy_state), record ="
                + " replace(record::text, 'id of pets', 'other')::json");

        int before = told.get();
        await().atMost(SOON).until(() -> told.get() > before);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(other.news().kept()).extracting(StoredApi::id).containsExactly("other");
    }

    @Test
    void whoDoesNotKnowWhatIsKeptKeepsNothing() throws Exception {
        Store one = started();
        Store other = started();
        StoredApi pets = api("pets", "1");
        one.keep(pets, content("pets 1"));

        assertThatExceptionOfType(Overtaken.class).isThrownBy(() -> other.keep(api("shop", "1"), content("shop 1")));
        assertThatExceptionOfType(Overtaken.class).isThrownBy(() -> other.forget(pets));
        assertThat(archives()).containsExactly(pets.latest().archiveName());

        assertThat(other.news().kept()).containsExactly(pets);
        other.keep(api("shop", "1"), content("shop 1"));
        assertThat(one.news().kept()).containsExactly(api("shop", "1"));
    }

    @Test
    void whatOperatorsHoldIsKnownToAllAndNobodyUndoesWhatHeDoesNotKnow() throws Exception {
        Store one = started();
        Store other = started();
        AtomicInteger told = new AtomicInteger();
        other.follow(told::incrementAndGet);
        Hold first = hold("http://a");
        one.keep(List.of(), List.of(first));

        await().atMost(SOON).until(() -> other.holds().equals(List.of(first)));
        await().atMost(SOON).until(() -> told.get() > 0);
        Hold second = hold("http://b");
        other.keep(List.of(first), List.of(first, second));
        assertThatExceptionOfType(Overtaken.class).isThrownBy(() -> one.keep(List.of(first), List.of()));
        assertThat(one.holds()).containsExactlyInAnyOrder(first, second);
        assertThat(other.news()).as("holds are no news of APIs").isEqualTo(News.NONE);
    }

    @Test
    void oneThatIsHeldDoesNotOvertakeADeploy() throws Exception {
        Store one = started();
        Store other = started();
        one.keep(List.of(), List.of(hold("http://a")));

        other.keep(api("pets", "1"), content("pets 1"));

        assertThat(one.news().kept()).hasSize(1);
        await().atMost(SOON).until(() -> {
            other.news();
            return other.holds().size() == 1;
        });
    }

    @Test
    void revisionsOnlyGrowAndNothingIsLostOrMadeTwiceWhileManyWrite() throws Exception {
        long seed = System.nanoTime();
        int writers = 4;
        int each = 25;
        List<Store> stores = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            stores.add(started());
        }
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<Integer>> made = IntStream.range(0, writers)
                .mapToObj(i -> threads.submit(() -> {
                    Random random = new Random(seed + i);
                    go.await();
                    return write(stores.get(i), random, each);
                }))
                .toList();
        go.countDown();
        int overtaken = 0;
        for (Future<Integer> one : made) {
            overtaken += one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        // Each change adds one to the number of the last revision of one API.
        List<StoredApi> last = open().open().apis();
        assertThat(last.stream().mapToInt(api -> api.latest().number()).sum())
                .as("seed %d, overtaken %d", seed, overtaken)
                .isEqualTo(writers * each);
        assertThat(number("SELECT revision FROM understudy_state")).isEqualTo(writers * each);
        assertThat(number("SELECT count(DISTINCT changed) FROM understudy_api")).isEqualTo(last.size());
        for (Store store : stores) {
            store.news();
            for (StoredApi api : last) {
                assertThat(store.archive(api.latest()))
                        .hasSize(("of " + api.latest().number()).length());
            }
        }
    }

    private static int write(Store store, Random random, int times) throws IOException {
        Map<String, StoredApi> known = new HashMap<>();
        int overtaken = 0;
        for (int i = 0; i < times; ) {
            News news = store.news();
            news.forgotten().forEach(known::remove);
            news.kept().forEach(api -> known.put(api.key(), api));
            String key = "api" + random.nextInt(3);
            StoredApi before = known.get(key);
            String content = "of " + (before == null ? 1 : before.latest().number() + 1);
            StoredApi after = before == null
                    ? new StoredApi(key, key, List.of(revision(1, content)), List.of())
                    : changed(before, content, "localhost");
            try {
                store.keep(after, content(content));
                known.put(key, after);
                i++;
            } catch (Overtaken e) {
                overtaken++;
            }
        }
        return overtaken;
    }

    @Test
    void gatewaysThatStartTogetherOnAnEmptyDatabaseMakeItsTablesOnce() throws Exception {
        int many = 4;
        sql("CREATE TABLE of_somebody_else (one int)");
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(many);
        List<Future<Store>> started = IntStream.range(0, many)
                .mapToObj(i -> threads.submit(() -> {
                    Store store = at(temp.resolve("together" + i));
                    go.await();
                    store.open();
                    return store;
                }))
                .toList();
        go.countDown();

        for (Future<Store> one : started) {
            one.get(30, TimeUnit.SECONDS).close();
        }
        threads.shutdown();
        assertThat(number("SELECT count(*) FROM understudy_state")).isEqualTo(1);
    }

    @Test
    void aGatewayStartsFromItsCopyWhileTheDatabaseIsAwayAndCatchesUpWhenItIsBack() throws Exception {
        try (Postgres own = Postgres.own()) {
            url = own.database();
            Path copy = temp.resolve("copy");
            StoredApi pets = api("pets", "1");
            Hold held = hold("http://a");
            Store first = at(copy);
            first.open();
            first.keep(pets, content("pets 1"));
            first.keep(List.of(), List.of(held));
            first.close();

            own.stop();
            try (Store away = at(copy)) {
                assertThat(away.open()).isEqualTo(new Store.Contents(List.of(pets), List.of()));
                assertThat(away.holds()).containsExactly(held);
                assertThat(away.away()).isTrue();
                assertThat(away.archive(pets.latest())).isEqualTo(content("pets 1"));
                assertThatIOException()
                        .isThrownBy(() -> away.keep(api("shop", "1"), content("shop 1")))
                        .withMessage("the database cannot be reached");
                AtomicInteger told = new AtomicInteger();
                away.follow(told::incrementAndGet);

                own.startAgain();
                try (Store other = at(temp.resolve("other"))) {
                    other.open();
                    other.keep(api("shop", "1"), content("shop 1"));
                    await().atMost(SOON).until(() -> told.get() > 0);
                    assertThat(away.news()).isEqualTo(new News(List.of(api("shop", "1")), Set.of()));
                    assertThat(away.away()).isFalse();
                }
            }
        }
    }

    @Test
    void withoutADatabaseAndWithoutACopyNothingIsServed() throws Exception {
        try (Postgres own = Postgres.own()) {
            url = own.database();
            own.stop();

            assertThatIOException().isThrownBy(() -> open().open()).withMessage("the database cannot be reached");
        }
    }

    @Test
    void aCopyThatIsCutOffOrChangedIsNotUsed() throws Exception {
        Path copy = temp.resolve("copy");
        try (Store store = at(copy)) {
            store.open();
            store.keep(api("pets", "1"), content("pets 1"));
        }
        byte[] whole = Files.readAllBytes(copy.resolve("snapshot"));
        String there = url;
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1, whole.length}) {
            byte[] damaged = Arrays.copyOf(whole, length);
            if (length == whole.length) {
                damaged[length / 2] ^= 1;
            }
            Files.write(copy.resolve("snapshot"), damaged);
            url = "jdbc:postgresql://127.0.0.1:1/none";
            try (Store store = at(copy)) {
                assertThatIOException().as("length %d", length).isThrownBy(store::open);
            }
        }
        url = there;
        try (Store store = at(copy)) {
            assertThat(store.open().apis()).containsExactly(api("pets", "1"));
        }
    }

    @Test
    void aProjectThatIsDamagedInTheCopyComesFromTheDatabase() throws Exception {
        Path copy = temp.resolve("copy");
        StoredApi pets = api("pets", "1");
        try (Store store = at(copy)) {
            store.open();
            store.keep(pets, content("pets 1"));
            Files.writeString(copy.resolve("archives").resolve(pets.latest().archiveName()), "pets 7");

            assertThat(store.archive(pets.latest())).isEqualTo(content("pets 1"));
        }
    }

    @Test
    void anotherDatabaseInThePlaceOfTheFirstIsTakenAsItIs() throws Exception {
        Path copy = temp.resolve("copy");
        try (Store store = at(copy)) {
            store.open();
            store.keep(api("pets", "1"), content("pets 1"));
            store.keep(api("toys", "1"), content("toys 1"));
        }
        url = Postgres.shared().database();
        Store elsewhere = started();
        elsewhere.keep(api("shop", "1"), content("shop 1"));

        try (Store store = at(copy)) {
            assertThat(store.open().apis()).containsExactly(api("shop", "1"));
        }
    }

    @Test
    void aCopyBelongsToOneGateway() throws Exception {
        Path copy = temp.resolve("copy");
        try (Store store = at(copy)) {
            store.open();
            store.keep(api("pets", "1"), content("pets 1"));

            try (Store second = at(copy)) {
                assertThatExceptionOfType(StoreInUse.class).isThrownBy(second::open);
            }
        }
    }

    @Test
    void whatIsNotDeployedAnyMoreIsNotCopied() throws Exception {
        Path copy = temp.resolve("copy");
        StoredApi pets = api("pets", "1");
        try (Store store = at(copy)) {
            store.open();
            store.keep(pets, content("pets 1"));
            StoredApi changed = changed(pets, "pets 2", "localhost");
            store.keep(changed, content("pets 2"));
            try (var files = Files.list(copy.resolve("archives"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactly(changed.latest().archiveName());
            }
            assertThat(archives()).hasSize(2);
        }
    }

    private Store at(Path copy) {
        MockEnvironment environment = new MockEnvironment();
        environment.setProperty("spring.datasource.url", url);
        environment.setProperty("spring.datasource.hikari.connection-timeout", "500");
        return new PostgresStore(Database.of(environment), copy);
    }

    private static Hold hold(String endpoint) {
        return new Hold(endpoint, Hold.Kind.DOWN, Instant.parse("2026-11-29T12:00:00Z"), Optional.empty(), "", "anna");
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement made = connection.createStatement()) {
            made.execute(statement);
        }
    }

    private long number(String query) {
        return JdbcClient.create(new DriverManagerDataSource(url))
                .sql(query)
                .query(Long.class)
                .single();
    }
}
