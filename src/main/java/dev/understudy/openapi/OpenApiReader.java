package dev.understudy.openapi;

import dev.understudy.catalog.Api;
import dev.understudy.openapi.Value.Mapping;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads OpenAPI 3.0, OpenAPI 3.1 and Swagger 2.0, in YAML or JSON: an {@link Api}, or all faults of the document at once.
 * Opens no URL, and no file but those of {@link Secrets}, whatever the document says. Takes up to seconds for the largest documents, so it is not for
 * event loops. Safe for use by many threads.
 */
public final class OpenApiReader {

    /** A longer document is refused without being looked at: 20 MiB. */
    public static final int LARGEST_BYTES = 20 << 20;

    private static final Pattern OPENAPI = Pattern.compile("3\\.[01](\\.\\d+)?(-.+)?");

    private final Defaults defaults;

    public OpenApiReader(Defaults defaults) {
        this.defaults = defaults;
    }

    /** One that reads the same, but for the secrets that a document may name. */
    public OpenApiReader with(Secrets secrets) {
        return new OpenApiReader(defaults.with(secrets));
    }

    /** @param name of the document: one that ends in {@code .json} is read as JSON, any other as YAML */
    public Reading read(String name, byte[] content) {
        Findings findings = new Findings();
        Optional<Api> api = Tree.read(name, content, findings)
                .flatMap(document -> api(document, Surroundings.NONE, defaults, findings));
        if (api.isPresent() && !findings.hasFaults()) {
            return new Reading.Accepted(api.get(), findings.warnings());
        }
        return new Reading.Refused(findings.faults(), findings.warnings());
    }

    /** What a document and what is said around it come to; of use only if no fault was found. */
    static Optional<Api> api(Mapping document, Surroundings around, Defaults defaults, Findings findings) {
        if (!isOpenApi(document, findings)) {
            return Optional.empty();
        }
        try {
            return readTree(document, around, defaults, findings);
        } catch (Tree.Unreadable e) {
            findings.faultText(e.place(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<Api> readTree(Mapping document, Surroundings around, Defaults defaults, Findings findings) {
        Mapping resolved = References.resolved(document, findings);
        StandardParser standard = StandardParser.of(resolved);
        Optional<Api> api =
                standard.parsed().flatMap(parsed -> new ApiReader(resolved, parsed, around, defaults, findings).read());
        // Last, so that a fault for which there are better words is not told twice.
        standard.report(findings);
        return api;
    }

    private static boolean isOpenApi(Mapping document, Findings findings) {
        Optional<Value> openapi = document.get("openapi");
        Optional<Value> swagger = document.get("swagger");
        boolean known = openapi.flatMap(Value::asTextOrNumber)
                        .filter(version -> OPENAPI.matcher(version).matches())
                        .isPresent()
                || swagger.flatMap(Value::asTextOrNumber).filter("2.0"::equals).isPresent();
        boolean one = openapi.isPresent() != swagger.isPresent();
        if (known && one) {
            return true;
        }
        Value at = openapi.or(() -> swagger).orElse(document);
        findings.faultText(
                at.place(),
                (at == document ? "neither openapi nor swagger" : "version " + at.shown())
                        + " (expected: openapi: 3.0.x or 3.1.x, or swagger: '2.0')");
        return false;
    }
}
