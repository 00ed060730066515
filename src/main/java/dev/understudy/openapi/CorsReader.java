package dev.understudy.openapi;

import dev.understudy.catalog.Cors;
import dev.understudy.openapi.Value.Mapping;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code x-wso2-cors}. Where it is absent or switched off the gateway's own setting counts, as in Choreo Connect. */
final class CorsReader {

    private static final String ENABLED = "corsConfigurationEnabled";
    private static final String CREDENTIALS = "accessControlAllowCredentials";
    private static final Set<String> MEMBERS = Set.of(
            ENABLED,
            "accessControlAllowOrigins",
            "accessControlAllowMethods",
            "accessControlAllowHeaders",
            "accessControlExposeHeaders",
            CREDENTIALS);

    private final Defaults defaults;
    private final Findings findings;

    CorsReader(Defaults defaults, Findings findings) {
        this.defaults = defaults;
        this.findings = findings;
    }

    Optional<Cors> read(Mapping document) {
        return document.get("x-wso2-cors")
                .flatMap(findings::mapping)
                .flatMap(this::own)
                .or(this::global);
    }

    private Optional<Cors> own(Mapping own) {
        new Names(findings).refuseSlips(own, MEMBERS);
        boolean enabled = own.get(ENABLED).flatMap(findings::bool).orElse(true);
        Cors base = defaults.cors();
        Cors cors = new Cors(
                texts(own, "accessControlAllowOrigins", base.allowOrigins()),
                texts(own, "accessControlAllowMethods", base.allowMethods()),
                texts(own, "accessControlAllowHeaders", base.allowHeaders()),
                texts(own, "accessControlExposeHeaders", base.exposeHeaders()),
                own.get(CREDENTIALS).flatMap(findings::bool).orElse(base.allowCredentials()));
        if (enabled && cors.allowCredentials() && cors.allowOrigins().contains("*")) {
            findings.warn(own.place(), "every origin may call with credentials: name those that may");
        }
        return enabled ? Optional.of(cors) : Optional.empty();
    }

    private Optional<Cors> global() {
        return defaults.corsEnabled() ? Optional.of(defaults.cors()) : Optional.empty();
    }

    private List<String> texts(Mapping own, String name, List<String> otherwise) {
        return own.get(name)
                .flatMap(findings::items)
                .map(items -> items.stream()
                        .flatMap(item -> findings.text(item).stream())
                        .toList())
                .orElse(otherwise);
    }
}
