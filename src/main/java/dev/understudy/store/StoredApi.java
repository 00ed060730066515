package dev.understudy.store;

import dev.understudy.endpoint.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An API that was deployed, with its last revisions and where they are served.
 *
 * @param key the store's own name for it, which never changes: of letters, digits and {@code -}
 * @param id by which its author knows it
 * @param revisions by number; never empty
 * @param placements by virtual host, each host once; empty: it was undeployed, and is kept so that it can be restored
 */
public record StoredApi(String key, String id, List<Revision> revisions, List<Placement> placements) {

    /** More are dropped, the oldest first, but for those that are served. */
    public static final int MOST_REVISIONS = 10;

    private static final int TAG_DIGITS = 16;

    public StoredApi {
        if (!key.matches("[A-Za-z0-9-]{1,100}")) {
            throw new IllegalArgumentException("key: not one of letters, digits and '-'");
        }
        revisions = revisions.stream()
                .sorted(Comparator.comparingInt(Revision::number))
                .toList();
        placements = placements.stream()
                .sorted(Comparator.comparing(Placement::virtualHost))
                .toList();
        requireConsistent(revisions, placements);
    }

    /** The one that was deployed last. */
    public Revision latest() {
        return revisions.get(revisions.size() - 1);
    }

    /** Another one after each change: of what is kept last, and of where what is served. Of visible ASCII characters. */
    public String tag() {
        String served = placements.stream()
                .map(at -> at.revision() + " " + at.virtualHost() + " " + at.environments())
                .collect(Collectors.joining("\n"));
        String content = latest().format() + " " + latest().archive() + "\n" + served;
        return latest().number() + "-"
                + Digest.sha256(content.getBytes(StandardCharsets.UTF_8)).substring(0, TAG_DIGITS);
    }

    /** The same without what is of no use to whoever only serves it; empty: nothing of it is served. */
    Optional<StoredApi> onlyServed() {
        List<Revision> needed = served().toList();
        return needed.isEmpty() ? Optional.empty() : Optional.of(new StoredApi(key, id, needed, placements));
    }

    /** Those of which something is served, each once. */
    public Stream<Revision> served() {
        return placements.stream().map(Placement::revision).distinct().map(this::revision);
    }

    /** @throws NoSuchElementException if it is not kept */
    public Revision revision(int number) {
        return revisions.stream()
                .filter(revision -> revision.number() == number)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("revision " + number));
    }

    /**
     * The same after another revision was deployed, with the placements of it in the place of those on the same hosts.
     *
     * @param otherId by which its author knows it now
     */
    public StoredApi with(String otherId, Revision revision, List<Placement> itsPlacements) {
        Set<String> hosts = itsPlacements.stream().map(Placement::virtualHost).collect(Collectors.toSet());
        List<Placement> after = new ArrayList<>(placements);
        after.removeIf(placement -> hosts.contains(placement.virtualHost()));
        after.addAll(itsPlacements);
        List<Revision> all = new ArrayList<>(revisions);
        all.add(revision);
        return new StoredApi(key, otherId, kept(all, after), after);
    }

    /** The same, served elsewhere. */
    public StoredApi at(List<Placement> others) {
        return new StoredApi(key, id, revisions, others);
    }

    private static List<Revision> kept(List<Revision> all, List<Placement> placements) {
        Set<Integer> served = placements.stream().map(Placement::revision).collect(Collectors.toSet());
        List<Revision> kept = new ArrayList<>(all);
        for (Revision revision : all) {
            if (kept.size() > MOST_REVISIONS && !served.contains(revision.number())) {
                kept.remove(revision);
            }
        }
        return kept;
    }

    private static void requireConsistent(List<Revision> revisions, List<Placement> placements) {
        Set<Integer> numbers = new HashSet<>();
        Set<String> hosts = new HashSet<>();
        boolean once = !revisions.isEmpty() && revisions.stream().allMatch(each -> numbers.add(each.number()));
        boolean placed = placements.stream()
                .allMatch(each -> hosts.add(each.virtualHost()) && numbers.contains(each.revision()));
        if (!once || !placed) {
            throw new IllegalArgumentException(
                    "revisions and placements (expected: each revision and each host once, and no host without revision)");
        }
    }
}
