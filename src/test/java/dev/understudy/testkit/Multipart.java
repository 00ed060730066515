package dev.understudy.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bodies of {@code multipart/form-data}, byte for byte as Go's {@code mime/multipart} writes them. */
public final class Multipart {

    /** Of as many digits as Go takes. */
    public static final String BOUNDARY = "5d2f0c4be3a9178640c1d7e2f3b8a95c6e0d4f7b2a1983c5d6e7f80912ab";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** What {@code apictl} sends: one file. */
    public static byte[] project(byte[] zip) {
        return new Multipart().file("file", zip).end();
    }

    public Multipart file(String name, byte[] content) {
        return part(
                "Content-Disposition: form-data; name=\"" + name
                        + "\"; filename=\"project-artifact1234567890.zip\"\r\nContent-Type: application/zip",
                content);
    }

    public Multipart field(String name, String value) {
        return part("Content-Disposition: form-data; name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
    }

    /** @param head lines of it, without the last line break */
    public Multipart part(String head, byte[] content) {
        return raw((body.size() == 0 ? "" : "\r\n") + "--" + BOUNDARY + "\r\n" + head + "\r\n\r\n")
                .raw(content);
    }

    public Multipart raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    public Multipart raw(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    public byte[] end() {
        return raw("\r\n--" + BOUNDARY + "--\r\n").bytes();
    }

    /** What there is so far. */
    public byte[] bytes() {
        return body.toByteArray();
    }
}
