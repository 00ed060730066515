package dev.understudy.store;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The text in which something is kept: a line with the name and number of the format and the digest of all that follows, and
 * behind it JSON that can be read without the gateway.
 */
final class Records {

    /** All that operators hold. */
    private record Overrides(List<Hold> overrides) {}

    /** What is kept is not what was written. Its message says how that was found out. */
    static final class Damaged extends Exception {

        private static final long serialVersionUID = 1L;

        Damaged(String message) {
            super(message, null, false, false);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private static final String API = "understudy-api 1 ";
    private static final String OVERRIDES = "understudy-overrides 1 ";
    private static final String DRAFT = "understudy-draft 1 ";
    private static final String SNAPSHOT = "understudy-snapshot 1 ";
    private static final int DIGEST = 64;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final JsonMapper SHORT =
            JSON.rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

    private Records() {}

    static byte[] bytes(StoredApi api) {
        return bytes(API, api);
    }

    static byte[] bytes(List<Hold> holds) {
        return bytes(OVERRIDES, new Overrides(holds));
    }

    static byte[] bytes(Draft draft) {
        return bytes(DRAFT, draft);
    }

    static byte[] bytes(Snapshot snapshot) {
        return bytes(SNAPSHOT, snapshot);
    }

    static Snapshot snapshot(byte[] record) throws Damaged {
        return read(SNAPSHOT, record, Snapshot.class);
    }

    /** Without a first line, for where damage is found by others. */
    static String json(Record kept) {
        return JSON.writeValueAsString(kept);
    }

    /** The same on one line, for what nobody reads. */
    static String shortJson(Record kept) {
        return SHORT.writeValueAsString(kept);
    }

    /** @throws Damaged if it is none of this type */
    static <T extends Record> T of(String json, Class<T> type) throws Damaged {
        try {
            return JSON.readValue(json, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new Damaged("it is no record of what it should be");
        }
    }

    static Draft draft(byte[] record) throws Damaged {
        return read(DRAFT, record, Draft.class);
    }

    static StoredApi api(byte[] record) throws Damaged {
        return read(API, record, StoredApi.class);
    }

    static List<Hold> holds(byte[] record) throws Damaged {
        return read(OVERRIDES, record, Overrides.class).overrides();
    }

    private static byte[] bytes(String format, Object kept) {
        byte[] json = JSON.writeValueAsBytes(kept);
        byte[] header = header(format, json);
        byte[] record = Arrays.copyOf(header, header.length + json.length);
        System.arraycopy(json, 0, record, header.length, json.length);
        return record;
    }

    private static <T> T read(String format, byte[] record, Class<T> type) throws Damaged {
        int length = format.length() + DIGEST + 1;
        if (record.length < length) {
            throw new Damaged("it is cut off");
        }
        byte[] json = Arrays.copyOfRange(record, length, record.length);
        byte[] header = Arrays.copyOf(record, length);
        if (!Arrays.equals(header, header(format, json))) {
            boolean known = new String(header, StandardCharsets.ISO_8859_1).startsWith(format);
            throw new Damaged(known ? "it is not what was written" : "it is of no known format");
        }
        try {
            return JSON.readValue(json, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new Damaged("it is no record of what its first line says");
        }
    }

    private static byte[] header(String format, byte[] json) {
        return (format + Digest.sha256(json) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
