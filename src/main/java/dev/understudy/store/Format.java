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

    Format(String ending) {
        this.ending = ending;
    }

    /** Of the name of a file with it, without a dot. */
    public String ending() {
        return ending;
    }
}
