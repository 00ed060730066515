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
        all.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) count)
                .putShort((short) count)
                .putInt(directory.size())
                .putInt(files.size())
                .putShort((short) 0)
                .array());
        return all.toByteArray();
    }

    private RawZip add(String path, byte[] content, byte[] packed, int packing, boolean named) {
        byte[] name = path.getBytes(
                StandardCharsets.ISO_8859_1.newEncoder().canEncode(path)
                        ? StandardCharsets.ISO_8859_1
                        : StandardCharsets.UTF_8);
        byte[] before = localName == null ? name : localName.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer common = little(22)
                .putShort((short) flags)
                .putShort((short) (method < 0 ? packing : method))
                .putInt(0)
                .putInt((int) crc.getValue())
                .putInt(packed.length)
                .putInt(claimed < 0 ? content.length : claimed)
                .putShort((short) name.length);
        int at = files.size();
        byte[] local = common.array().clone();
        ByteBuffer.wrap(local).order(ByteOrder.LITTLE_ENDIAN).putShort(20, (short) before.length);
        files.writeBytes(little(6).putInt(0x04034b50).putShort((short) 20).array());
        files.writeBytes(local);
        files.writeBytes(new byte[2]);
        files.writeBytes(before);
        files.writeBytes(packed);
        if (named) {
            ByteBuffer entry = little(46 + name.length)
                    .putInt(0x02014b50)
                    .putShort((short) (3 << 8 | 20))
                    .putShort((short) 20)
                    .put(common.array())
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(mode << 16)
                    .putInt(at)
                    .put(name);
            directory.writeBytes(entry.array());
            entries.put(path, entry.array());
            count++;
        }
        mode = 0;
        flags = 0;
        method = -1;
        claimed = -1;
        localName = null;
        return this;
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
