package dev.understudy.store;

import dev.understudy.background.BackgroundThreads;
import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A store that several gateways have in common. Each change takes the next revision of the whole; who would change what it does
 * not know is {@link Overtaken}. Others learn of it at once by a notification, and within two seconds without. What is
 * served is copied to the disk of each gateway, which starts from there while the database is away. Docs: {@code
 * docs/reference/store.md}.
 */
public final class PostgresStore implements Store {

    private static final Logger log = LoggerFactory.getLogger(PostgresStore.class);

    private static final String CHANNEL = "understudy";
    private static final Duration ASKED_EVERY = Duration.ofSeconds(2);

    /** What has revisions of its own, by the column of the state that has the last one. */
    private enum Kind {
        APIS("apis"),
        OVERRIDES("overrides"),
        DRAFTS("drafts");

        private final String column;

        Kind(String column) {
            this.column = column;
        }
    }

    /** The row of all revisions. */
    private record State(String id, long revision, long apis, long overrides, long drafts) {

        /** Of a store of which nothing is known. */
        static final State NONE = new State("", -1, -1, -1, -1);

        boolean isLaterThan(State other) {
            return id.equals(other.id) && revision >= other.revision;
        }

        long of(Kind kind) {
            return switch (kind) {
                case APIS -> apis;
                case OVERRIDES -> overrides;
                case DRAFTS -> drafts;
            };
        }

        /** After a change of this gateway. What others did of another kind before it is still to be looked for. */
        State after(Kind kind, long at) {
            return new State(
                    id,
                    at == revision + 1 ? at : revision,
                    kind == Kind.APIS ? at : apis,
                    kind == Kind.OVERRIDES ? at : overrides,
                    kind == Kind.DRAFTS ? at : drafts);
        }
    }

    /** What is read at once. @param changed since the state before; the others are as they were, as far as they are kept */
    private record Seen(State state, List<StoredApi> changed, Set<String> keys, List<Hold> holds, List<Draft> drafts) {}

    private final Database database;
    private final LocalCopy copy;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, StoredApi> kept = new HashMap<>();
    private List<Hold> holds = List.of();
    private final Map<String, Draft> drafts = new HashMap<>();
    private State known = State.NONE;
    private News unread = News.NONE;
    private boolean untold;
    private volatile boolean away;
    private volatile boolean closed;
    private volatile @Nullable Connection listened;
    private @Nullable Thread listening;

    /** @param directory where the copy is */
    public PostgresStore(Database database, Path directory) {
        this.database = database;
        this.copy = new LocalCopy(directory);
    }

    /** @throws StoreAway if the database cannot be reached, and there is no copy either */
    @Override
    public synchronized Contents open() throws IOException {
        Optional<Snapshot> last = copy.read();
        last.ifPresent(snapshot -> {
            snapshot.apis().forEach(api -> kept.put(api.key(), api));
            holds = snapshot.holds();
            known = new State(snapshot.origin(), snapshot.revision(), snapshot.revision(), snapshot.revision(), -1);
        });
        try {
            refresh();
        } catch (IOException e) {
            if (last.isEmpty()) {
                database.close();
                throw e;
            }
            log.warn("{}: what is served is the copy of revision {}", e.getMessage(), known.revision, e);
            away = true;
        }
        unread = News.NONE;
        return new Contents(List.copyOf(kept.values()), List.of());
    }

    @Override
    public byte[] archive(Revision revision) throws IOException {
        Optional<byte[]> copied = copy.archive(revision);
        if (copied.isPresent()) {
            return copied.get();
        }
        byte[] content = database.read(() -> archive(revision.archiveName()))
                .orElseThrow(() -> new IOException("its project is not there any more"));
        if (!Digest.sha256(content).equals(revision.archive())) {
            throw new IOException("its project is damaged");
        }
        return content;
    }

    @Override
    public synchronized void keep(StoredApi api, byte @Nullable [] archive) throws IOException {
        change(Kind.APIS, at -> {
            if (archive != null) {
                jdbc().sql(
                                "INSERT INTO understudy_archive VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET content = excluded.content")
                        .params(api.latest().archiveName(), archive)
                        .update();
            }
            jdbc().sql("INSERT INTO understudy_api VALUES (?, ?, ?, ?::json) ON CONFLICT (key) DO UPDATE"
                            + " SET changed = excluded.changed, archives = excluded.archives, record = excluded.record")
                    .params(api.key(), at, names(api), Records.json(api))
                    .update();
            removeUnused(kept.get(api.key()));
        });
        kept.put(api.key(), api);
        if (archive != null) {
            copy.write(api.latest(), archive);
        }
        writeCopy();
        tell();
    }

    @Override
    public synchronized void forget(StoredApi api) throws IOException {
        change(Kind.APIS, at -> {
            jdbc().sql("DELETE FROM understudy_api WHERE key = ?")
                    .param(api.key())
                    .update();
            jdbc().sql("DELETE FROM understudy_draft WHERE api = ?")
                    .param(api.key())
                    .update();
            removeUnused(kept.get(api.key()));
        });
        kept.remove(api.key());
        drafts.remove(api.key());
        writeCopy();
        tell();
    }

    @Override
    public synchronized News news() throws IOException {
        // While it is away it is tried again and again anyway.
        if (!away) {
            refresh();
        }
        News news = unread;
        unread = News.NONE;
        return news;
    }

    @Override
    public synchronized void follow(Runnable listener) {
        listeners.add(listener);
        if (listening == null) {
            Thread made = BackgroundThreads.named("store-news").newThread(this::listen);
            made.start();
            listening = made;
        }
    }

    @Override
    public boolean away() {
        return away;
    }

    @Override
    public synchronized List<Hold> holds() {
        return holds;
    }

    @Override
    public synchronized void keep(List<Hold> before, List<Hold> those) throws IOException {
        if (!Set.copyOf(before).equals(Set.copyOf(holds))) {
            throw new Overtaken();
        }
        Set<String> left = those.stream().map(Hold::url).collect(Collectors.toSet());
        // Not all anew: there may be some that only a later version can read.
        change(Kind.OVERRIDES, at -> {
            before.stream()
                    .map(Hold::url)
                    .filter(url -> !left.contains(url))
                    .forEach(url -> jdbc().sql("DELETE FROM understudy_override WHERE url = ?")
                            .param(url)
                            .update());
            those.stream()
                    .filter(hold -> !before.contains(hold))
                    .forEach(hold -> jdbc().sql(
                                    "INSERT INTO understudy_override VALUES (?, ?::json) ON CONFLICT (url) DO UPDATE SET record = excluded.record")
                            .params(hold.url(), Records.json(hold))
                            .update());
        });
        holds = List.copyOf(those);
        writeCopy();
        tell();
    }

    @Override
    public synchronized long revision() {
        return known.revision;
    }

    @Override
    public synchronized Snapshot snapshot() {
        return new Snapshot(known.id, known.revision, List.copyOf(kept.values()), holds);
    }

    /** In a table that is not written through: what is lost of it will be said again. */
    @Override
    public void tell(List<Report> reports) throws IOException {
        List<Report> staying =
                reports.stream().filter(report -> !report.leaving()).toList();
        database.change(() -> {
            jdbc().sql("INSERT INTO understudy_gateway SELECT instance, name, now(), record::json"
                            + " FROM unnest(?::uuid[], ?::text[], ?::text[]) AS said (instance, name, record) ON CONFLICT"
                            + " (instance) DO UPDATE SET name = excluded.name, heard = now(), record = excluded.record")
                    .params(
                            texts(staying, Report::instance),
                            texts(staying, Report::name),
                            texts(staying, Records::shortJson))
                    .update();
            jdbc().sql("DELETE FROM understudy_gateway WHERE instance = ANY (?::uuid[]) OR heard < now() - ? * interval"
                            + " '1 second' OR (name = ANY (?) AND heard < now() - ? * interval '1 second')")
                    .params(
                            texts(reports.stream().filter(Report::leaving).toList(), Report::instance),
                            Heard.FORGOTTEN_AFTER.toSeconds(),
                            texts(reports, Report::name),
                            Heard.MISSED_AFTER.toSeconds())
                    .update();
            return reports.size();
        });
    }

    private static String[] texts(List<Report> reports, Function<Report, String> part) {
        return reports.stream().map(part).toArray(String[]::new);
    }

    @Override
    public List<Heard> heard() throws IOException {
        return database.read(() -> jdbc()
                .sql("SELECT record, extract(epoch FROM now() - heard) * 1000 FROM understudy_gateway")
                .query((row, number) -> {
                    Duration ago = Duration.ofMillis(row.getLong(2));
                    return record(row.getString(1), Report.class).map(report -> new Heard(report, ago));
                })
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList());
    }

    @Override
    public synchronized List<Draft> drafts() {
        return List.copyOf(drafts.values());
    }

    @Override
    public synchronized void keep(Draft draft) throws IOException {
        change(
                Kind.DRAFTS,
                at -> jdbc().sql(
                                "INSERT INTO understudy_draft VALUES (?, ?::json) ON CONFLICT (api) DO UPDATE SET record = excluded.record")
                        .params(draft.api(), Records.json(draft))
                        .update());
        drafts.put(draft.api(), draft);
    }

    @Override
    public synchronized void forget(Draft draft) throws IOException {
        change(
                Kind.DRAFTS,
                at -> jdbc().sql("DELETE FROM understudy_draft WHERE api = ?")
                        .param(draft.api())
                        .update());
        drafts.remove(draft.api());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        Thread thread;
        synchronized (this) {
            thread = listening;
        }
        if (thread != null) {
            end(thread);
        }
        database.close();
        synchronized (this) {
            copy.close();
        }
    }

    // A wait for a notification ends with its connection only.
    private void end(Thread thread) throws IOException {
        thread.interrupt();
        Connection connection = listened;
        try {
            if (connection != null) {
                connection.abort(Runnable::run);
            }
            thread.join(ASKED_EVERY.toMillis());
        } catch (SQLException e) {
            throw new IOException("the connection for news cannot be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Change {
        void make(long revision);
    }

    /** @throws Overtaken if somebody else made one of this kind; what that was is known then */
    private void change(Kind kind, Change change) throws IOException {
        if (kind == Kind.APIS && !unread.isEmpty()) {
            throw new Overtaken();
        }
        Optional<Long> made = database.change(() -> {
            Optional<Long> at = jdbc().sql("UPDATE understudy_state SET revision = revision + 1, " + kind.column
                            + " = revision + 1 WHERE id = ?::uuid AND " + kind.column + " = ? RETURNING revision")
                    .params(known.id, known.of(kind))
                    .query(Long.class)
                    .optional();
            at.ifPresent(revision -> {
                change.make(revision);
                jdbc().sql("SELECT pg_notify(?, ?)")
                        .params(CHANNEL, String.valueOf(revision))
                        .query((row, number) -> number)
                        .single();
            });
            return at;
        });
        if (made.isEmpty()) {
            refresh();
            throw new Overtaken();
        }
        known = known.after(kind, made.get());
    }

    /** Whoever listens only makes a note of it. */
    private void tell() {
        listeners.forEach(Runnable::run);
    }

    /** Looks for what others did. */
    private void refresh() throws IOException {
        State before = known;
        Optional<Seen> seen = database.read(() -> seen(before));
        seen.ifPresent(this::take);
        if (away) {
            log.info("The database is there again, at revision {}", known.revision);
            away = false;
        }
    }

    private Optional<Seen> seen(State before) {
        State now = jdbc().sql("SELECT id, revision, apis, overrides, drafts FROM understudy_state")
                .query((row, number) ->
                        new State(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)))
                .single();
        if (now.equals(before)) {
            return Optional.empty();
        }
        long since = now.isLaterThan(before) ? before.revision : -1;
        return Optional.of(new Seen(
                now,
                records("SELECT record FROM understudy_api WHERE changed > " + since, StoredApi.class),
                Set.copyOf(jdbc().sql("SELECT key FROM understudy_api")
                        .query(String.class)
                        .list()),
                records("SELECT record FROM understudy_override ORDER BY url", Hold.class),
                records("SELECT record FROM understudy_draft", Draft.class)));
    }

    private void take(Seen seen) {
        if (!seen.state.isLaterThan(known) && !known.equals(State.NONE)) {
            log.warn(
                    "The database is another one than before, or was restored (revision {}, and {} before): it is taken as it is",
                    seen.state.revision,
                    known.revision);
        }
        List<StoredApi> changed = seen.changed.stream()
                .filter(api -> !api.equals(kept.get(api.key())))
                .toList();
        Set<String> gone = new HashSet<>(kept.keySet());
        gone.removeAll(seen.keys);
        News news = new News(changed, gone);
        untold |= !news.isEmpty() || !seen.holds.equals(holds);
        unread = unread.and(news);
        changed.forEach(api -> kept.put(api.key(), api));
        gone.forEach(kept::remove);
        holds = seen.holds;
        drafts.clear();
        seen.drafts.forEach(draft -> drafts.put(draft.api(), draft));
        known = seen.state;
        writeCopy();
    }

    // The projects first: a snapshot that is there has all of its own.
    private void writeCopy() {
        Snapshot now = new Snapshot(known.id, known.revision, List.copyOf(kept.values()), holds);
        now.apis().stream()
                .flatMap(StoredApi::served)
                .filter(revision -> !copy.has(revision.archiveName()))
                .forEach(this::copyArchive);
        copy.write(now);
    }

    private void copyArchive(Revision revision) {
        try {
            database.read(() -> archive(revision.archiveName())).ifPresent(content -> copy.write(revision, content));
        } catch (IOException e) {
            log.warn("A project cannot be copied: without the database, this gateway cannot serve it after a start", e);
        }
    }

    private Optional<byte[]> archive(String name) {
        return jdbc().sql("SELECT content FROM understudy_archive WHERE name = ?")
                .param(name)
                .query((row, number) -> Objects.requireNonNull(row.getBytes(1)))
                .optional();
    }

    private void removeUnused(@Nullable StoredApi before) {
        if (before != null) {
            jdbc().sql("DELETE FROM understudy_archive WHERE name = ANY (?) AND NOT EXISTS"
                            + " (SELECT 1 FROM understudy_api WHERE archives @> ARRAY[understudy_archive.name])")
                    .param(names(before))
                    .update();
        }
    }

    private static String[] names(StoredApi api) {
        return api.revisions().stream().map(Revision::archiveName).distinct().toArray(String[]::new);
    }

    // One that another version of the gateway wrote may be one too many for this one.
    private <T extends Record> List<T> records(String sql, Class<T> type) {
        return jdbc().sql(sql).query((row, number) -> Objects.requireNonNull(row.getString(1))).list().stream()
                .flatMap(json -> record(json, type).stream())
                .toList();
    }

    private static <T extends Record> Optional<T> record(String json, Class<T> type) {
        try {
            return Optional.of(Records.of(json, type));
        } catch (Records.Damaged e) {
            log.error("Something in the database cannot be read, and is left out: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }

    // In a thread of its own

    private void listen() {
        while (!closed) {
            try (Connection connection = database.source().getConnection();
                    Statement statement = connection.createStatement()) {
                PGConnection notified = connection.unwrap(PGConnection.class);
                statement.execute("LISTEN " + CHANNEL);
                listened = connection;
                while (!closed) {
                    look();
                    notified.getNotifications((int) ASKED_EVERY.toMillis());
                }
            } catch (SQLException | IOException | RuntimeException e) {
                lost(e);
            }
        }
    }

    private void look() throws IOException {
        boolean tell;
        synchronized (this) {
            refresh();
            tell = untold;
            untold = false;
        }
        if (tell) {
            tell();
        }
    }

    private void lost(Exception e) {
        if (closed) {
            return;
        }
        synchronized (this) {
            if (!away) {
                log.warn("The database cannot be reached: what was served is served, and nothing can be changed", e);
            }
            away = true;
        }
        try {
            Thread.sleep(ASKED_EVERY.toMillis());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
