package dev.understudy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP message as it stood on the wire.
 *
 * @param firstLine request line or status line
 * @param headers lines as they came, in order
 * @param body without the framing of chunks
 * @param complete whether the framing said that it is whole
 */
public record RawMessage(String firstLine, List<String> headers, byte[] body, boolean complete) {

    /** Reads one message; empty at the end of the stream. @param bodyless whether none can follow, as after HEAD */
    public static Optional<RawMessage> read(InputStream in, boolean bodyless) throws IOException {
        String first = line(in);
        if (first == null) {
            return Optional.empty();
        }
        List<String> headers = new ArrayList<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            headers.add(line);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        RawMessage head = new RawMessage(first, headers, new byte[0], true);
        boolean response = first.startsWith("HTTP/");
        boolean none = bodyless || (response && (head.status() == 204 || head.status() == 304 || head.status() < 200));
        boolean complete = none || readBody(in, head, body, response);
        return Optional.of(new RawMessage(first, headers, body.toByteArray(), complete));
    }

    /** The value of the first header of this name; empty if there is none. */
    public Optional<String> header(String name) {
        return all(name).stream().findFirst();
    }

    public List<String> all(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    public int status() {
        return Integer.parseInt(firstLine.split(" ")[1]);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Of a request: the target as it came. */
    public String target() {
        return firstLine.split(" ")[1];
    }

    private static boolean readBody(InputStream in, RawMessage head, ByteArrayOutputStream body, boolean response) {
        try {
            if (head.header("transfer-encoding").isPresent()) {
                readChunks(in, body);
                return true;
            }
            Optional<String> length = head.header("content-length");
            if (length.isPresent()) {
                readExactly(in, Integer.parseInt(length.get()), body);
            } else if (response) {
                in.transferTo(body);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void readChunks(InputStream in, ByteArrayOutputStream body) throws IOException {
        while (true) {
            String size = line(in);
            if (size == null) {
                throw new EOFException();
            }
            int length = Integer.parseInt(size.strip(), 16);
            readExactly(in, length, body);
            if (line(in) == null) {
                throw new EOFException();
            }
            if (length == 0) {
                return;
            }
        }
    }

    private static void readExactly(InputStream in, int length, ByteArrayOutputStream body) throws IOException {
        byte[] bytes = in.readNBytes(length);
        body.writeBytes(bytes);
        if (bytes.length < length) {
            throw new EOFException();
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString();
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return null;
    }
}
