package dev.understudy.store;

/** What a revision was deployed as. */
public enum Format {
    /** A project. */
    ZIP("zip"),
    /** A bare OpenAPI document. */
    YAML("yaml"),
    /** A bare OpenAPI document. */
    JSON("json");

    private final String ending;

    /** What is in a file without an ending, by its first characters: that of a zip or of JSON, else YAML. */
    public static Format of(byte[] content) {
        if (content.length > 1 && content[0] == 'P' && content[1] == 'K') {
            return ZIP;
        }
        // A byte order mark, of which all bytes are negative, is passed over like space.
        for (byte each : content) {
            if (each > ' ') {
                return each == '{' ? JSON : YAML;
            }
        }
        return YAML;
    }

    Format(String ending) {
        this.ending = ending;
    }

    /** Of the name of a file with it, without a dot. */
    public String ending() {
        return ending;
    }
}
