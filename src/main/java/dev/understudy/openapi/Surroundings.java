package dev.understudy.openapi;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.openapi.Value.Mapping;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said of an API around its document. Name and version count before the document's own, all else only where the
 * document says nothing, or not all.
 *
 * @param basePath well formed
 * @param virtualHosts in lower case; empty: every host that has no APIs of its own
 * @param defaultVersion whether it is also served without the version in its path
 * @param trust gives an endpoint the certificates that it is to be judged by
 */
record Surroundings(
        Optional<String> name,
        Optional<String> version,
        Optional<String> basePath,
        Set<String> virtualHosts,
        Optional<String> tokenHeader,
        Configured production,
        Configured sandbox,
        boolean defaultVersion,
        boolean blocked,
        UnaryOperator<Endpoint> trust) {

    static final Surroundings NONE = new Surroundings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Optional.empty(),
            Configured.NOTHING,
            Configured.NOTHING,
            false,
            false,
            UnaryOperator.identity());

    Surroundings with(Configured ofProduction, Configured ofSandbox) {
        return new Surroundings(
                name,
                version,
                basePath,
                virtualHosts,
                tokenHeader,
                ofProduction,
                ofSandbox,
                defaultVersion,
                blocked,
                trust);
    }

    /** What tells the API from others, reload or not. */
    String identity(Mapping document) {
        Stream<String> title = Stream.of(
                name.or(() -> info(document, "title")).orElse(""),
                version.or(() -> info(document, "version")).orElse(""));
        return Stream.concat(title, virtualHosts.stream().sorted()).collect(Collectors.joining(" "));
    }

    /** What a document says of itself; empty if it does not, or says nothing. */
    static Optional<String> info(Mapping document, String name) {
        return document.get("info")
                .flatMap(Value::asMapping)
                .flatMap(info -> info.get(name))
                .flatMap(Value::asTextOrNumber)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
