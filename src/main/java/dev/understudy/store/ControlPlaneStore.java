package dev.understudy.store;

import dev.understudy.background.BackgroundThreads;
import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What control planes keep, for a gateway that follows them: one at a time, and the next one when that is lost. Nothing can be
 * changed here. All of it is copied to the disk of the gateway, which starts from there while all of them are away. Docs: {@code
 * docs/reference/store.md}.
 */
public final class ControlPlaneStore implements Store {

    private static final Logger log = LoggerFactory.getLogger(ControlPlaneStore.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration END_AT_MOST = Duration.ofSeconds(2);

    private final List<ControlPlane> planes;
    private final LocalCopy copy;
    private final Runnable end;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Edition edition = Edition.NONE;
    private Snapshot known = new Snapshot("", -1, List.of(), List.of());
    private News unread = News.NONE;
    private volatile int current;
    private volatile boolean away;
    private volatile boolean closed;
    private volatile String refusal = "";
    private volatile @Nullable Stream<Difference> followed;
    private @Nullable Thread following;

    /**
     * @param planes at least one; where this begins is left to chance, so that gateways spread
     * @param directory where the copy is
     * @param end what is to be done when nothing is asked any more
     */
    public ControlPlaneStore(List<ControlPlane> planes, Path directory, Runnable end) {
        this.planes = List.copyOf(planes);
        this.copy = new LocalCopy(directory);
        this.end = end;
        this.current = ThreadLocalRandom.current().nextInt(planes.size());
    }

    /** @throws StoreAway if none can be reached, and there is no copy either */
    @Override
    public Contents open() throws IOException {
        Optional<Snapshot> last;
        synchronized (this) {
            last = copy.read();
            last.ifPresent(snapshot -> known = snapshot);
        }
        Optional<Exception> failure = first();
        if (failure.isPresent()) {
            if (last.isEmpty()) {
                close();
                throw StoreAway.nobody(failure.get());
            }
            log.warn(
                    "No control plane can be reached: what is served is the copy of revision {} ({})",
                    last.get().revision(),
                    failure.get().getMessage());
            away = true;
        }
        synchronized (this) {
            unread = News.NONE;
            return new Contents(known.apis(), List.of());
        }
    }

    /** Takes one edition, from whoever gives it first. @return why there is none; empty: there is */
    private Optional<Exception> first() {
        Exception failure = new IOException("there are none");
        for (int i = 0; i < planes.size(); i++) {
            try (Stream<Difference> differences = plane().differences("")) {
                Optional<Difference> whole = differences.findFirst();
                if (whole.isPresent()) {
                    take(Edition.NONE.with(whole.get()), whole.get(), plane());
                    return Optional.empty();
                }
            } catch (UncheckedIOException | IOException e) {
                failure = told(e);
            } catch (Edition.Unfit e) {
                failure = e;
            }
            next();
        }
        return Optional.of(failure);
    }

    @Override
    public byte[] archive(Revision revision) throws IOException {
        Optional<byte[]> copied = copy.archive(revision);
        if (copied.isPresent()) {
            return copied.get();
        }
        try {
            return fetched(revision, plane());
        } catch (IOException e) {
            throw away ? StoreAway.nobody(e) : e;
        }
    }

    @Override
    public synchronized News news() {
        News news = unread;
        unread = News.NONE;
        return news;
    }

    @Override
    public synchronized void follow(Runnable listener) {
        listeners.add(listener);
        if (following == null && !closed) {
            Thread made = BackgroundThreads.named("store-news").newThread(this::follow);
            made.start();
            following = made;
        }
    }

    @Override
    public synchronized long revision() {
        return known.revision();
    }

    @Override
    public synchronized Snapshot snapshot() {
        return known;
    }

    @Override
    public boolean away() {
        return away;
    }

    @Override
    public synchronized List<Hold> holds() {
        return known.holds();
    }

    @Override
    public void tell(List<Report> reports) throws IOException {
        for (Report report : reports) {
            plane().tell(report);
        }
    }

    /** Only control planes know of others. */
    @Override
    public List<Heard> heard() {
        return List.of();
    }

    @Override
    public Optional<String> refusal() {
        return Optional.of(refusal).filter(why -> !why.isEmpty());
    }

    @Override
    public void keep(StoredApi api, byte @Nullable [] archive) throws IOException {
        throw notHere();
    }

    @Override
    public void forget(StoredApi api) throws IOException {
        throw notHere();
    }

    /** Whatever is over is forgotten by control planes. */
    @Override
    public void keep(List<Hold> before, List<Hold> those) {
        throw new Overtaken();
    }

    @Override
    public List<Draft> drafts() {
        return List.of();
    }

    @Override
    public void keep(Draft draft) throws IOException {
        throw notHere();
    }

    @Override
    public void forget(Draft draft) throws IOException {
        throw notHere();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        Thread thread;
        synchronized (this) {
            thread = following;
        }
        if (thread != null) {
            thread.interrupt();
            Stream<Difference> open = followed;
            if (open != null) {
                open.close();
            }
            try {
                thread.join(END_AT_MOST.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        end.run();
        synchronized (this) {
            copy.close();
        }
    }

    private static Exception told(Exception e) {
        return e instanceof UncheckedIOException unchecked ? Objects.requireNonNull(unchecked.getCause()) : e;
    }

    private static IOException notHere() {
        return new IOException("this gateway follows control planes: changes are made there");
    }

    private ControlPlane plane() {
        return planes.get(current);
    }

    /** The next control plane is to be asked, also where one ended by itself: so that gateways spread. @return for what */
    private Edition next() {
        current = (current + 1) % planes.size();
        return edition();
    }

    private synchronized Edition edition() {
        return edition;
    }

    // In a thread of its own, but for the first one

    private void follow() {
        int failures = 0;
        Edition base = edition();
        while (!closed) {
            ControlPlane plane = plane();
            boolean any = false;
            // What the control plane knows to be here; it may be older than what is served.
            Edition sent = base;
            try (Stream<Difference> differences = plane.differences(sent.checksum())) {
                followed = differences;
                for (Difference difference : (Iterable<Difference>) differences::iterator) {
                    sent = sent.with(difference);
                    found(plane, take(sent, difference, plane));
                    any = true;
                }
                failures = any ? 0 : failures + 1;
                base = next();
            } catch (Edition.Unfit e) {
                log.warn("{}: the whole is asked for", e.getMessage());
                refusal = String.valueOf(e.getMessage());
                failures++;
                base = Edition.NONE;
            } catch (UncheckedIOException | IOException e) {
                failures = any ? 1 : failures + 1;
                lost(told(e), failures);
                base = next();
            } catch (RuntimeException e) {
                failures++;
                if (!closed) {
                    log.error("What came from {} cannot be taken", plane.name(), e);
                }
                base = next();
            } finally {
                followed = null;
            }
            if (failures >= planes.size()) {
                pause();
            }
        }
    }

    private void found(ControlPlane plane, boolean taken) {
        if (away) {
            log.info("{} is followed, at revision {}", plane.name(), snapshot().revision());
            away = false;
        }
        if (taken) {
            refusal = "";
        }
    }

    private void lost(Exception e, int failures) {
        if (closed) {
            return;
        }
        if (failures < planes.size()) {
            log.info("The next control plane is followed: {}", e.getMessage());
            return;
        }
        if (!away) {
            log.warn("No control plane can be reached, what was served is served: {}", e.getMessage());
        }
        away = true;
    }

    // All gateways lose a control plane at one time, and should not come back at one time.
    private static void pause() {
        long millis = PAUSE.toMillis();
        try {
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes an edition over, unless what is served is of a later revision of the same store: a control plane that has lost its
     * database, or is a moment behind the one before, takes nothing away.
     *
     * @return whether what is served is what it says
     */
    private boolean take(Edition next, Difference difference, ControlPlane plane) throws IOException {
        Edition before = edition();
        Snapshot last = snapshot();
        if (next.isOlderThan(last)) {
            refuse("revision " + next.revision() + " of " + plane.name() + " is older than the one that is served, "
                    + last.revision());
            return false;
        }
        if (next.checksum().equals(before.checksum()) && next.revision() == before.revision()) {
            return true;
        }
        Snapshot now = next.read(before, last);
        // The projects first: what is served has all of its own.
        for (Revision revision : served(now)) {
            if (!copy.has(revision.archiveName())) {
                copy.write(revision, project(revision, difference, plane));
            }
        }
        synchronized (this) {
            unread = unread.and(news(last, now));
            edition = next;
            known = now;
            copy.write(now);
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    // It comes again and again, and is said once.
    private void refuse(String why) {
        if (!why.equals(refusal)) {
            log.warn("{}: it is not taken", why);
            refusal = why;
        }
    }

    private static List<Revision> served(Snapshot snapshot) {
        return snapshot.apis().stream().flatMap(StoredApi::served).toList();
    }

    private static News news(Snapshot before, Snapshot now) {
        Map<String, StoredApi> old =
                new HashMap<>(before.apis().stream().collect(Collectors.toMap(StoredApi::key, Function.identity())));
        List<StoredApi> changed = now.apis().stream()
                .filter(api -> !api.equals(old.get(api.key())))
                .toList();
        Set<String> gone = new HashSet<>(old.keySet());
        now.apis().forEach(api -> gone.remove(api.key()));
        return new News(changed, gone);
    }

    /** Small ones come with what needs them. */
    private static byte[] project(Revision revision, Difference difference, ControlPlane plane) throws IOException {
        byte[] sent = difference.projects().get(revision.archiveName());
        return sent != null && Digest.sha256(sent).equals(revision.archive()) ? sent : fetched(revision, plane);
    }

    private static byte[] fetched(Revision revision, ControlPlane plane) throws IOException {
        byte[] content = plane.archive(revision.archiveName());
        if (!Digest.sha256(content).equals(revision.archive())) {
            throw new IOException("its project is damaged");
        }
        return content;
    }
}
