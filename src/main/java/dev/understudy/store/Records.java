package dev.understudy.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The text in which an API is kept: a line with the number of the format and the digest of all that follows, and behind it
 * JSON that can be read without the gateway.
 */
final class Records {

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

    private static final String FORMAT = "understudy-api 1 ";
    private static final int HEADER = FORMAT.length() + 64 + 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Records() {}

    static byte[] bytes(StoredApi api) {
        byte[] json = JSON.writeValueAsBytes(api);
        byte[] header = header(json);
        byte[] record = Arrays.copyOf(header, header.length + json.length);
        System.arraycopy(json, 0, record, header.length, json.length);
        return record;
    }

    static StoredApi read(byte[] record) throws Damaged {
        if (record.length < HEADER) {
            throw new Damaged("it is cut off");
        }
        byte[] json = Arrays.copyOfRange(record, HEADER, record.length);
        byte[] header = Arrays.copyOf(record, HEADER);
        if (!Arrays.equals(header, header(json))) {
            boolean known = new String(header, StandardCharsets.ISO_8859_1).startsWith(FORMAT);
            throw new Damaged(known ? "it is not what was written" : "it is of no known format");
        }
        try {
            return JSON.readValue(json, StoredApi.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new Damaged("it is no record of an API");
        }
    }

    private static byte[] header(byte[] json) {
        return (FORMAT + Digest.sha256(json) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
