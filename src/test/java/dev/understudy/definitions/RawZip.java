package dev.understudy.definitions;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Writes zips, good ones and such as no careful writer would. What is set counts for the next file alone. */
final class RawZip {

    private final ByteArrayOutputStream files = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final Map<String, byte[]> entries = new HashMap<>();
    private int count;
    private int mode;
    private int flags;
    private int method = -1;
    private int claimed = -1;
    private @Nullable String localName;
    private boolean wideBefore;
    private boolean wideNamed;
    private boolean following;
    private byte[] extra = new byte[0];

    /** As Unix has it, with the kind of file. */
    RawZip mode(int next) {
        mode = next;
        return this;
    }

    RawZip flags(int next) {
        flags = next;
        return this;
    }

    RawZip method(int next) {
        method = next;
        return this;
    }

    /** How long the file says that it is. */
    RawZip claiming(int next) {
        claimed = next;
        return this;
    }

    /** What it is called before its content. */
    RawZip localName(String next) {
        localName = next;
        return this;
    }

    /** Its sizes are those of Zip64 where it stands. */
    RawZip wideBefore() {
        wideBefore = true;
        return this;
    }

    /** Its sizes and its place are those of Zip64 in the directory. */
    RawZip wideNamed() {
        wideNamed = true;
        return this;
    }

    /** Its sizes stand behind its content. */
    RawZip following() {
        following = true;
        return this;
    }

    /** What else is in its extra fields, both times, before those of Zip64. */
    RawZip extra(int... bytes) {
        extra = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            extra[i] = (byte) bytes[i];
        }
        return this;
    }

    /** @param content and path, in ISO 8859-1 */
    RawZip stored(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        return add(path, bytes, bytes, 0, true);
    }

    RawZip deflated(String path, byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        while (!deflater.finished()) {
            packed.write(piece, 0, deflater.deflate(piece));
        }
        deflater.end();
        return add(path, content, packed.toByteArray(), 8, true);
    }

    /** A file that the directory does not name. */
    RawZip hidden(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        return add(path, bytes, bytes, 0, false);
    }

    /** Another entry of the directory for the same place. */
    RawZip again(String path) {
        directory.writeBytes(entries.get(path));
        count++;
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(files.toByteArray());
        all.writeBytes(directory.toByteArray());
        all.writeBytes(end(count, directory.size(), files.size()));
        return all.toByteArray();
    }

    /** The same with an end in Zip64. @param marked whether the other end points to it in place of saying the same */
    byte[] wideBytes(boolean marked) {
        return wideBytes(marked, files.size() + directory.size(), count);
    }

    /** @param at where the end in Zip64 is said to be @param claimedCount how many entries it says that there are */
    byte[] wideBytes(boolean marked, long at, long claimedCount) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(files.toByteArray());
        all.writeBytes(directory.toByteArray());
        all.writeBytes(little(56 + 20)
                .putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0)
                .putLong(claimedCount)
                .putLong(claimedCount)
                .putLong(directory.size())
                .putLong(files.size())
                .putInt(0x07064b50)
                .putInt(0)
                .putLong(at)
                .putInt(1)
                .array());
        all.writeBytes(marked ? end(-1, -1, -1) : end(count, directory.size(), files.size()));
        return all.toByteArray();
    }

    private static byte[] end(int count, int length, int at) {
        return little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) count)
                .putShort((short) count)
                .putInt(length)
                .putInt(at)
                .putShort((short) 0)
                .array();
    }

    private RawZip add(String path, byte[] content, byte[] packed, int packing, boolean named) {
        byte[] name = path.getBytes(
                StandardCharsets.ISO_8859_1.newEncoder().canEncode(path)
                        ? StandardCharsets.ISO_8859_1
                        : StandardCharsets.UTF_8);
        byte[] before = localName == null ? name : localName.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(content);
        int size = claimed < 0 ? content.length : claimed;
        int at = files.size();
        int flagged = flags | (following ? 8 : 0);
        int packedBy = method < 0 ? packing : method;
        boolean silent = following && !wideBefore;
        byte[] wide = !wideBefore ? extra : with(following ? 0 : size, following ? 0 : packed.length);
        files.writeBytes(little(30 + before.length)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) flagged)
                .putShort((short) packedBy)
                .putInt(0)
                .putInt(following ? 0 : (int) crc.getValue())
                .putInt(wideBefore ? -1 : silent ? 0 : packed.length)
                .putInt(wideBefore ? -1 : silent ? 0 : size)
                .putShort((short) before.length)
                .putShort((short) wide.length)
                .put(before)
                .array());
        files.writeBytes(wide);
        files.writeBytes(packed);
        if (following) {
            files.writeBytes(follow(crc, packed.length, size));
        }
        if (named) {
            byte[] wideHere = wideNamed ? with(size, packed.length, at) : extra;
            ByteBuffer entry = little(46 + name.length + wideHere.length)
                    .putInt(0x02014b50)
                    .putShort((short) (3 << 8 | 20))
                    .putShort((short) 20)
                    .putShort((short) flagged)
                    .putShort((short) packedBy)
                    .putInt(0)
                    .putInt((int) crc.getValue())
                    .putInt(wideNamed ? -1 : packed.length)
                    .putInt(wideNamed ? -1 : size)
                    .putShort((short) name.length)
                    .putShort((short) wideHere.length)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(mode << 16)
                    .putInt(wideNamed ? -1 : at)
                    .put(name)
                    .put(wideHere);
            directory.writeBytes(entry.array());
            entries.put(path, entry.array());
            count++;
        }
        mode = 0;
        flags = 0;
        method = -1;
        claimed = -1;
        localName = null;
        wideBefore = false;
        wideNamed = false;
        following = false;
        extra = new byte[0];
        return this;
    }

    private byte[] with(long... values) {
        ByteBuffer all = little(extra.length + 4 + 8 * values.length)
                .put(extra)
                .putShort((short) 1)
                .putShort((short) (8 * values.length));
        for (long value : values) {
            all.putLong(value);
        }
        return all.array();
    }

    private byte[] follow(CRC32 crc, int packed, int size) {
        ByteBuffer sizes = little(wideBefore ? 24 : 16).putInt(0x08074b50).putInt((int) crc.getValue());
        return wideBefore
                ? sizes.putLong(packed).putLong(size).array()
                : sizes.putInt(packed).putInt(size).array();
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
