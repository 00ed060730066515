package dev.understudy.openapi;

import dev.understudy.catalog.Access;
import dev.understudy.openapi.Value.Mapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads who may call an operation. What cannot be understood is a fault, so that it never reads as "no security"; what the
 * gateway cannot check is a warning, and a valid token is asked for all the same.
 */
final class SecurityReader {

    static final String DISABLE = "x-wso2-disable-security";
    static final String AUTH_TYPE = "x-auth-type";

    /** RFC 6749 §3.3. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    private static final Set<String> TYPES = Set.of("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS");
    private static final Set<String> SWAGGER_TYPES = Set.of("basic", "apiKey", "oauth2");

    private enum Scheme {
        BY_TOKEN,
        BY_OTHER_MEANS
    }

    private final Mapping document;
    private final Findings findings;
    private final Map<String, Scheme> schemes = new HashMap<>();
    private final List<Set<String>> ofDocument;

    /** Each once: most operations of a document have the same. */
    private final Map<Access, Access> found = new HashMap<>();

    SecurityReader(Mapping document, Findings findings) {
        this.document = document;
        this.findings = findings;
        boolean swagger = document.has("swagger");
        Optional<Value> declared = swagger
                ? document.get("securityDefinitions")
                : document.get("components").flatMap(Value::asMapping).flatMap(all -> all.get("securitySchemes"));
        declared.flatMap(findings::mapping)
                .ifPresent(all -> all.members()
                        .forEach((name, scheme) -> schemes.put(name, scheme(scheme, swagger ? SWAGGER_TYPES : TYPES))));
        this.ofDocument = document.get("security").map(this::alternatives).orElse(List.of());
    }

    Access access(Mapping operation, Mapping pathItem) {
        boolean open = opened(operation)
                .or(() -> publisherOpens(operation))
                .or(() -> opened(pathItem))
                .or(() -> opened(document))
                .orElse(false);
        Access access = open
                ? new Access.Open()
                : new Access.Secured(
                        operation.get("security").map(this::alternatives).orElse(ofDocument));
        return found.computeIfAbsent(access, first -> first);
    }

    /** Whether a level opens or closes; empty where it says nothing. What is no boolean closes, and is a fault. */
    private Optional<Boolean> opened(Mapping level) {
        return level.get(DISABLE).map(value -> findings.bool(value).orElse(false));
    }

    /** Publisher writes it on operations and nowhere else. */
    private static Optional<Boolean> publisherOpens(Mapping operation) {
        return operation
                .get(AUTH_TYPE)
                .flatMap(Value::asText)
                .filter("None"::equals)
                .map(none -> true);
    }

    private List<Set<String>> alternatives(Value security) {
        List<Set<String>> alternatives = new ArrayList<>();
        List<Value> items = findings.orFault(security, security.asItems(), "a list of maps, such as [{oauth: [scope]}]")
                .orElse(List.of());
        for (Value item : items) {
            findings.orFault(item, item.asMapping(), "a map from the name of a scheme to a list of scopes")
                    .flatMap(this::scopes)
                    .ifPresent(alternatives::add);
        }
        return alternatives;
    }

    /** The scopes of one alternative; empty if it can never be met here. */
    private Optional<Set<String>> scopes(Mapping alternative) {
        Set<String> scopes = new LinkedHashSet<>();
        boolean met = true;
        for (Map.Entry<String, Value> entry : alternative.members().entrySet()) {
            Scheme scheme = schemes.get(entry.getKey());
            if (scheme == null) {
                String hint = Words.hint(Words.nearest(entry.getKey(), schemes.keySet()));
                findings.faultText(
                        entry.getValue().place(),
                        Value.shown(entry.getKey()) + " (expected: a security scheme that is declared" + hint + ")");
                met = false;
                continue;
            }
            scopes.addAll(scopes(entry.getValue()));
            if (scheme == Scheme.BY_OTHER_MEANS) {
                findings.warn(
                        entry.getValue().place(),
                        Value.shown(entry.getKey())
                                + " is no scheme that the gateway checks (oauth2, openIdConnect or http bearer):"
                                + " this alternative is never met, and a valid token is asked for");
                met = false;
            }
        }
        return met ? Optional.of(scopes) : Optional.empty();
    }

    private List<String> scopes(Value list) {
        List<String> scopes = new ArrayList<>();
        findings.items(list)
                .ifPresent(items -> items.forEach(item -> findings.orFault(
                                item,
                                item.asText().filter(text -> SCOPE.matcher(text).matches()),
                                "a scope: text without spaces, quotes and backslashes")
                        .ifPresent(scopes::add)));
        return scopes;
    }

    private Scheme scheme(Value declared, Set<String> types) {
        Optional<Value> target = declared.asMapping()
                .flatMap(mapping -> mapping.get("$ref"))
                .flatMap(reference -> findings.orFault(
                        reference,
                        reference.asText().flatMap(text -> References.find(document, text)),
                        "a security scheme within this document"));
        return findings.mapping(target.orElse(declared))
                .map(scheme -> schemeOf(scheme, types))
                .orElse(Scheme.BY_OTHER_MEANS);
    }

    private Scheme schemeOf(Mapping scheme, Set<String> types) {
        String type = scheme.get("type").flatMap(Value::asText).orElse("");
        if (!types.contains(type)) {
            Value at = scheme.get("type").orElse(scheme);
            String expected = String.join(", ", types.stream().sorted().toList());
            findings.fault(at, "a type of " + expected + Words.hint(Words.nearest(type, types)));
            return Scheme.BY_OTHER_MEANS;
        }
        if (type.equals("http")) {
            Value at = scheme.get("scheme").orElse(scheme);
            String name = findings.text(at).orElse("");
            return name.equalsIgnoreCase("bearer") ? Scheme.BY_TOKEN : Scheme.BY_OTHER_MEANS;
        }
        return type.equals("oauth2") || type.equals("openIdConnect") ? Scheme.BY_TOKEN : Scheme.BY_OTHER_MEANS;
    }
}
