package dev.understudy.definitions;

import dev.understudy.definitions.ProjectBounds.Exceeded;
import dev.understudy.openapi.ProjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a project as a zip, and unpacks one (APPNOTE 6.3), in memory: nothing is written, so that no path leads anywhere.
 * What the directory at its end says must be what stands before each file, so that nobody finds other files in it than
 * somebody else. Archives within are files like others.
 */
final class ProjectArchive {

    /** How much longer than in the archive a file may be, once it is longer than {@link #FREE}. */
    private static final int MOST_RATIO = 100;

    private static final int FREE = 1 << 20;

    // Any would do that is always the same; the first day of all is written with the zone of the machine.
    private static final LocalDateTime SAME_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int CENTRAL_LENGTH = 46;
    private static final int END_LENGTH = 22;

    /** Of Zip64, which streaming writers use for small files, too (APPNOTE §4.3.14 and §4.3.15). */
    private static final int WIDE_END = 0x06064b50;

    private static final int WIDE_END_LENGTH = 56;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_LENGTH = 20;
    private static final int WIDE = 1;
    private static final int WIDE_16 = 0xFFFF;
    private static final long WIDE_32 = 0xFFFFFFFFL;

    private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int SIZES_FOLLOW = 1 << 3;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private static final int KIND = 0xF000;
    private static final Set<Integer> FILE_OR_FOLDER = Set.of(0, 0x8000, 0x4000);

    /** What the directory at the end says of one file or folder. */
    private record Entry(
            String path, boolean folder, byte[] name, int flags, int method, long crc, int packed, int size, int at) {}

    private final ByteBuffer zip;
    private final ProjectBounds bounds = new ProjectBounds();

    /** Where its directory begins. */
    private int directory;

    private ProjectArchive(byte[] content) {
        this.zip = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Unpacked unpack(byte[] content) {
        if (content.length > ProjectBounds.LARGEST_ARCHIVE) {
            return new Unpacked.Refused("more than " + ProjectBounds.LARGEST_ARCHIVE + " bytes (expected: fewer)");
        }
        try {
            return new Unpacked.Files(withoutTopFolder(new ProjectArchive(content).files()));
        } catch (Exceeded e) {
            return new Unpacked.Refused(String.valueOf(e.getMessage()));
        } catch (IndexOutOfBoundsException e) {
            return new Unpacked.Refused("no whole zip: it points beyond its end (expected: a zip archive)");
        }
    }

    /**
     * Packs a project, the same files always to the same bytes on one machine; stored, on all machines.
     *
     * @param method {@link ZipOutputStream#STORED} or {@link ZipOutputStream#DEFLATED}
     */
    static byte[] pack(SortedMap<String, byte[]> files, int method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(method);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(entry(file.getKey(), file.getValue()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory is written to", e);
        }
        return bytes.toByteArray();
    }

    private static ZipEntry entry(String path, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(path);
        entry.setTimeLocal(SAME_TIME);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        return entry;
    }

    private SortedMap<String, byte[]> files() throws Exceeded {
        List<Entry> entries = entries();
        int from = 0;
        for (Entry entry : entries) {
            from = unpack(entry, from);
        }
        if (from != directory) {
            throw notWhole("something between its files and its directory");
        }
        return bounds.files();
    }

    private List<Entry> entries() throws Exceeded {
        int last = end();
        boolean wide = last >= LOCATOR_LENGTH && zip.getInt(last - LOCATOR_LENGTH) == LOCATOR;
        int end = wide ? last - LOCATOR_LENGTH - WIDE_END_LENGTH : last;
        long count = unsigned16(last + 10);
        long length = unsigned32(last + 12);
        long from = unsigned32(last + 16);
        if (wide) {
            requireWideEnd(end, last);
            count = count == WIDE_16 ? zip.getLong(end + 32) : count;
            length = length == WIDE_32 ? zip.getLong(end + 40) : length;
            from = from == WIDE_32 ? zip.getLong(end + 48) : from;
        }
        directory = size(from);
        if (directory + size(length) != end
                || unsigned16(last + 8) != unsigned16(last + 10)
                || zip.getInt(last + 4) != 0) {
            throw notWhole("its directory is not where its end says, or it is one of several parts");
        }
        List<Entry> entries = new ArrayList<>();
        int at = directory;
        while (at < end) {
            bounds.count();
            Entry entry = entry(at);
            entries.add(entry);
            at += CENTRAL_LENGTH + entry.name().length + unsigned16(at + 30) + unsigned16(at + 32);
        }
        if (at != end || entries.size() != count) {
            throw notWhole("its directory has not as many entries as its end says");
        }
        entries.sort(Comparator.comparingInt(Entry::at));
        return entries;
    }

    // What it says must be what the other end says, so that it does not matter who looks at which.
    private void requireWideEnd(int at, int last) throws Exceeded {
        boolean sound = at >= 0
                && zip.getInt(at) == WIDE_END
                && zip.getLong(at + 4) == WIDE_END_LENGTH - 12
                && zip.getLong(at + 16) == 0
                && zip.getLong(at + 24) == zip.getLong(at + 32)
                && zip.getInt(last - 16) == 0
                && zip.getLong(last - 12) == at
                && zip.getInt(last - 4) == 1;
        boolean same = sound
                && isSameOrWide(unsigned16(last + 10), WIDE_16, zip.getLong(at + 32))
                && isSameOrWide(unsigned32(last + 12), WIDE_32, zip.getLong(at + 40))
                && isSameOrWide(unsigned32(last + 16), WIDE_32, zip.getLong(at + 48));
        if (!same) {
            throw notWhole("its end in Zip64 is another than its end");
        }
    }

    private static boolean isSameOrWide(long there, long mark, long value) {
        return there == mark || there == value;
    }

    // The comment behind it must end with the archive: there is one end, whoever looks for it.
    private int end() throws Exceeded {
        int last = zip.limit() - END_LENGTH;
        for (int at = last; at >= 0 && at >= last - 0xFFFF; at--) {
            if (zip.getInt(at) == END && at + END_LENGTH + unsigned16(at + 20) == zip.limit()) {
                return at;
            }
        }
        throw notWhole("no end of a zip in it");
    }

    private Entry entry(int at) throws Exceeded {
        if (zip.getInt(at) != CENTRAL) {
            throw notWhole("its directory has something else in it than entries");
        }
        byte[] name = bytes(at + CENTRAL_LENGTH, unsigned16(at + 28));
        String text = text(name);
        boolean folder = text.endsWith("/");
        long[] sizes = wide(
                at + CENTRAL_LENGTH + name.length,
                unsigned16(at + 30),
                unsigned32(at + 24),
                unsigned32(at + 20),
                unsigned32(at + 42));
        Entry entry = new Entry(
                folder ? text.substring(0, text.length() - 1) : text,
                folder,
                name,
                unsigned16(at + 8),
                unsigned16(at + 10),
                unsigned32(at + 16),
                size(sizes[1]),
                size(sizes[0]),
                size(sizes[2]));
        requireReadable(entry, zip.getInt(at + 38) >>> 16 & KIND);
        return entry;
    }

    private static void requireReadable(Entry entry, int kind) throws Exceeded {
        String path = ProjectBounds.shown(entry.path());
        if ((entry.flags() & ENCRYPTED) != 0) {
            throw new Exceeded(path + " is encrypted (expected: a file that is not)");
        }
        if (entry.method() != STORED && entry.method() != DEFLATED) {
            throw new Exceeded(path + " is packed by method " + entry.method() + " (expected: 0 or 8, deflate)");
        }
        if (!FILE_OR_FOLDER.contains(kind) || (kind == 0x4000 && !entry.folder())) {
            throw new Exceeded(path + " is a link or a device (expected: a file or a folder)");
        }
    }

    /** @param from where the one before ended @return where this one does */
    private int unpack(Entry entry, int from) throws Exceeded {
        int at = entry.at();
        if (at != from) {
            throw notWhole(ProjectBounds.shown(entry.path()) + " does not follow upon what is before it");
        }
        requireSame(entry, at);
        int data = at + LOCAL_LENGTH + entry.name().length + unsigned16(at + 28);
        byte[] content = entry.method() == STORED ? stored(entry, data) : inflated(entry, data);
        CRC32 crc = new CRC32();
        crc.update(content);
        if (crc.getValue() != entry.crc() || content.length != entry.size()) {
            throw damaged(entry);
        }
        if (entry.folder()) {
            bounds.addFolder(entry.path());
            if (content.length > 0) {
                throw new Exceeded(ProjectBounds.shown(entry.path()) + " is a folder with content (expected: none)");
            }
        } else {
            bounds.addFile(entry.path(), content);
        }
        return afterSizes(entry, data + entry.packed(), isWide(at));
    }

    private void requireSame(Entry entry, int at) throws Exceeded {
        boolean same = zip.getInt(at) == LOCAL
                && unsigned16(at + 6) == entry.flags()
                && unsigned16(at + 8) == entry.method()
                && Arrays.equals(bytes(at + LOCAL_LENGTH, unsigned16(at + 26)), entry.name());
        if (!same || !isSameSize(entry, at)) {
            throw another(entry);
        }
    }

    private boolean isSameSize(Entry entry, int at) throws Exceeded {
        boolean follow = (entry.flags() & SIZES_FOLLOW) != 0;
        long[] sizes = {unsigned32(at + 22), unsigned32(at + 18)};
        if (isWide(at)) {
            sizes = wide(at + LOCAL_LENGTH + entry.name().length, unsigned16(at + 28), sizes);
        }
        return isSame(unsigned32(at + 14), entry.crc(), follow)
                && isSame(sizes[0], entry.size(), follow)
                && isSame(sizes[1], entry.packed(), follow);
    }

    private static boolean isSame(long there, long value, boolean follows) {
        return there == value || (follows && there == 0);
    }

    /** Whether the sizes before a file are those of Zip64; then both are (APPNOTE §4.5.3). */
    private boolean isWide(int at) {
        return unsigned32(at + 18) == WIDE_32 && unsigned32(at + 22) == WIDE_32;
    }

    /**
     * What Zip64 says in place of fields that are all ones, in their order (APPNOTE §4.5.3).
     *
     * @param at where the extra fields are
     */
    private long[] wide(int at, int length, long... fields) throws Exceeded {
        long[] found = fields.clone();
        if (Arrays.stream(fields).noneMatch(field -> field == WIDE_32)) {
            return found;
        }
        int from = extra(at, at + length);
        int end = from + unsigned16(from - 2);
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] == WIDE_32) {
                found[i] = zip.getLong(from);
                from += Long.BYTES;
            }
        }
        if (from > end) {
            throw notWhole("an entry has no size");
        }
        return found;
    }

    /** Where the content of the extra field of Zip64 begins. */
    private int extra(int from, int end) throws Exceeded {
        int found = -1;
        int at = from;
        while (at + 4 <= end) {
            if (unsigned16(at) == WIDE && found >= 0) {
                throw notWhole("an entry has two sizes");
            }
            found = unsigned16(at) == WIDE ? at + 4 : found;
            at += 4 + unsigned16(at + 2);
        }
        if (found < 0 || at != end) {
            throw notWhole("an entry has no size");
        }
        return found;
    }

    private byte[] stored(Entry entry, int data) throws Exceeded {
        if (entry.packed() > bounds.left()) {
            throw bounds.tooMuch();
        }
        return bytes(data, entry.packed());
    }

    // There is no room for more than it says that it is.
    private byte[] inflated(Entry entry, int data) throws Exceeded {
        requireModest(entry);
        byte[] content = new byte[entry.size()];
        byte[] beyond = new byte[1];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(zip.slice(data, entry.packed()));
            int length = 0;
            while (!inflater.finished()) {
                boolean room = length < content.length;
                int more = room ? inflater.inflate(content, length, content.length - length) : inflater.inflate(beyond);
                boolean stuck = more == 0 && !inflater.finished();
                length += more;
                if (stuck || length > content.length) {
                    throw damaged(entry);
                }
            }
            if (length < content.length || inflater.getRemaining() > 0) {
                throw damaged(entry);
            }
            return content;
        } catch (DataFormatException e) {
            throw damaged(entry);
        } finally {
            inflater.end();
        }
    }

    private void requireModest(Entry entry) throws Exceeded {
        if (entry.size() > bounds.left()) {
            throw bounds.tooMuch();
        }
        if (entry.size() > FREE && entry.size() / MOST_RATIO > entry.packed()) {
            throw new Exceeded(ProjectBounds.shown(entry.path()) + " is more than " + MOST_RATIO
                    + " times as long as in the archive (expected: less)");
        }
    }

    private static Exceeded damaged(Entry entry) {
        return new Exceeded(ProjectBounds.shown(entry.path())
                + " is damaged: its length or its sum is another (expected: as the archive says)");
    }

    /** Behind the sizes, where they follow the content; their mark may be left out (APPNOTE §4.3.9.3). */
    private int afterSizes(Entry entry, int end, boolean wide) throws Exceeded {
        if ((entry.flags() & SIZES_FOLLOW) == 0) {
            return end;
        }
        int crc = zip.getInt(end) == 0x08074b50 ? end + 4 : end;
        int sizes = crc + 4;
        long packed = wide ? zip.getLong(sizes) : unsigned32(sizes);
        long size = wide ? zip.getLong(sizes + 8) : unsigned32(sizes + 4);
        if (unsigned32(crc) != entry.crc() || packed != entry.packed() || size != entry.size()) {
            throw another(entry);
        }
        return sizes + (wide ? 16 : 8);
    }

    private static Exceeded another(Entry entry) {
        return new Exceeded(ProjectBounds.shown(entry.path())
                + " is another file in the directory than where it stands (expected: the same)");
    }

    private byte[] bytes(int at, int length) {
        byte[] bytes = new byte[length];
        zip.get(at, bytes);
        return bytes;
    }

    private int unsigned16(int at) {
        return Short.toUnsignedInt(zip.getShort(at));
    }

    private long unsigned32(int at) {
        return Integer.toUnsignedLong(zip.getInt(at));
    }

    /** A length or a place, which may be any number. */
    private int size(long size) throws Exceeded {
        if (size < 0 || size > ProjectBounds.LARGEST_TOTAL) {
            throw bounds.tooMuch();
        }
        return (int) size;
    }

    private static String text(byte[] name) throws Exceeded {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Exceeded("a name that is no UTF-8 (expected: names in UTF-8)");
        }
    }

    private static Exceeded notWhole(String found) {
        return new Exceeded("no whole zip: " + found + " (expected: a zip archive)");
    }

    // apictl packs the folder, others what is in it. What some systems add beside it is not the project's.
    private static SortedMap<String, byte[]> withoutTopFolder(SortedMap<String, byte[]> files) {
        Set<String> tops = new HashSet<>();
        for (String path : files.keySet()) {
            tops.add(path.substring(0, path.indexOf('/') + 1));
        }
        tops.remove("__MACOSX/");
        if (tops.size() != 1 || tops.contains("") || ProjectReader.isProject(files.keySet())) {
            return files;
        }
        String top = tops.iterator().next();
        SortedMap<String, byte[]> within = new TreeMap<>();
        files.forEach(
                (path, content) -> within.put(path.startsWith(top) ? path.substring(top.length()) : path, content));
        return within;
    }
}
