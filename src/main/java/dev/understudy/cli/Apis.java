package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import dev.understudy.definitions.Deployable;
import java.util.Map;

/** The part of the admin API that is about APIs, for more than one command. */
final class Apis {

    static final String PATH = "/api/v1/apis";

    private Apis() {}

    static String path(String id) {
        return PATH + "/" + AdminUrl.escaped(id);
    }

    /** @param headers more of them */
    static Answer put(AdminClient client, String id, Deployable what, boolean dryRun, Map<String, String> headers) {
        String type = switch (what.format()) {
            case ZIP -> "application/zip";
            case YAML -> "application/yaml";
            case JSON -> "application/json";
        };
        return client.put(path(id) + (dryRun ? "?dryRun=true" : ""), type, what.content(), headers);
    }

    /** As a header has it, whether it was given with quotes or without. @throws CommandFailed if it cannot be one */
    static String quoted(String etag) {
        String text = etag.strip();
        if (!text.matches("[\\x21-\\x7E]+")) {
            throw new CommandFailed(
                    "--if-match '" + OneLine.of(etag) + "' (expected: the ETag of an API, or *)", ExitCode.USAGE);
        }
        return text.equals("*") || text.contains("\"") ? text : "\"" + text + "\"";
    }
}
