package dev.understudy.store;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What gateways are to serve and to hold, as it is sent to them: a text for each API and each hold, and a checksum of all of
 * them. Two are the same if their checksums are, whoever made them. Texts are kept as they came, also those that only a
 * later version of the gateway can read. Immutable.
 */
public final class Edition {

    private static final Logger log = LoggerFactory.getLogger(Edition.class);

    private static final String API = "api ";
    private static final String HOLD = "hold ";

    /** Something does not fit to what is here: the whole is needed. Its message says what, without any text of it. */
    public static final class Unfit extends Exception {

        private static final long serialVersionUID = 1L;

        Unfit(String message) {
            super(message, null, false, false);
        }
    }

    /** @param of what it was made of; null: it came as a text */
    private record Text(String json, String digest, Optional<Record> of) {

        static Text of(String json, Optional<Record> of) {
            return new Text(json, Digest.sha256(json.getBytes(StandardCharsets.UTF_8)), of);
        }

        boolean says(Record other) {
            return of.filter(other::equals).isPresent();
        }
    }

    /** Nothing. */
    public static final Edition NONE = new Edition("", -1, new TreeMap<>());

    private final String origin;
    private final long revision;
    private final SortedMap<String, Text> texts;
    private final String checksum;

    private Edition(String origin, long revision, SortedMap<String, Text> texts) {
        this.origin = origin;
        this.revision = revision;
        this.texts = texts;
        this.checksum = checksum(texts);
    }

    /** The one of a snapshot. @param last whose texts are taken where they say the same */
    public static Edition of(Snapshot snapshot, Edition last) {
        SortedMap<String, Text> texts = new TreeMap<>();
        for (StoredApi api : snapshot.apis()) {
            api.onlyServed().ifPresent(served -> texts.put(API + api.key(), last.text(API + api.key(), served)));
        }
        for (Hold hold : snapshot.holds()) {
            texts.put(HOLD + hold.url(), last.text(HOLD + hold.url(), hold));
        }
        return new Edition(snapshot.origin(), snapshot.revision(), texts);
    }

    public long revision() {
        return revision;
    }

    /** Whether a store said this before it said that: it is of the same one, and of an earlier revision. */
    boolean isOlderThan(Snapshot other) {
        return origin.equals(other.origin()) && revision < other.revision();
    }

    /** SHA-256 of all texts and their names, in hexadecimal digits. */
    public String checksum() {
        return checksum;
    }

    /** What makes this of another one. */
    public Difference since(Edition other) {
        return difference(other, other.checksum);
    }

    /** What makes this of nothing. */
    public Difference whole() {
        return difference(NONE, "");
    }

    private Difference difference(Edition other, String base) {
        Map<String, String> changed = new TreeMap<>();
        texts.forEach((name, text) -> {
            Text before = other.texts.get(name);
            if (before != text && (before == null || !before.digest.equals(text.digest))) {
                changed.put(name, text.json);
            }
        });
        List<String> gone = new ArrayList<>(other.texts.keySet());
        gone.removeIf(texts::containsKey);
        return new Difference(origin, revision, base, checksum, changed, gone);
    }

    /**
     * This with a difference, or only the difference, if that is the whole.
     *
     * @throws Unfit if it is a difference to another edition, or makes another one than it says
     */
    public Edition with(Difference difference) throws Unfit {
        boolean whole = difference.base().isEmpty();
        if (!whole && !difference.base().equals(checksum)) {
            throw new Unfit(
                    "revision " + difference.revision() + " came as a difference to another edition than the one"
                            + " that is here, of revision " + revision);
        }
        SortedMap<String, Text> next = whole ? new TreeMap<>() : new TreeMap<>(texts);
        difference.gone().forEach(next::remove);
        difference.changed().forEach((name, json) -> next.put(name, Text.of(json, Optional.empty())));
        Edition made = new Edition(difference.origin(), difference.revision(), next);
        if (!made.checksum.equals(difference.checksum())) {
            throw new Unfit("revision " + difference.revision() + " has another checksum than it should");
        }
        return made;
    }

    /** What it says, as far as this version can read it. @param last whose objects are taken where the texts are the same */
    Snapshot read(Edition lastEdition, Snapshot last) {
        Map<String, StoredApi> known = new TreeMap<>();
        last.apis().forEach(api -> known.put(API + api.key(), api));
        List<StoredApi> apis = new ArrayList<>();
        List<Hold> holds = new ArrayList<>();
        texts.forEach((name, text) -> {
            if (name.startsWith(API)) {
                Text before = lastEdition.texts.get(name);
                Optional.ofNullable(known.get(name))
                        .filter(api -> before != null && before.digest.equals(text.digest))
                        .or(() -> read(text, StoredApi.class))
                        .ifPresent(apis::add);
            } else if (name.startsWith(HOLD)) {
                read(text, Hold.class).ifPresent(holds::add);
            }
        });
        return new Snapshot(origin, revision, apis, holds);
    }

    private static <T extends Record> Optional<T> read(Text text, Class<T> type) {
        try {
            return Optional.of(Records.of(text.json, type));
        } catch (Records.Damaged e) {
            log.error("Something that came from a control plane cannot be read, and is left out: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Text text(String name, Record said) {
        Text mine = texts.get(name);
        return mine != null && mine.says(said) ? mine : Text.of(Records.shortJson(said), Optional.of(said));
    }

    /** The one of an edition that has these texts. */
    static String checksumOf(Map<String, String> jsons) {
        SortedMap<String, Text> texts = new TreeMap<>();
        jsons.forEach((name, json) -> texts.put(name, Text.of(json, Optional.empty())));
        return checksum(texts);
    }

    private static String checksum(SortedMap<String, Text> texts) {
        MessageDigest digest = Digest.sha256();
        texts.forEach((name, text) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(text.digest.getBytes(StandardCharsets.US_ASCII));
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
