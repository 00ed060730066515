package dev.understudy.admin.console;

import dev.understudy.endpoint.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Style, script and picture of the pages, from the jar. Each has a digest of itself in its URL, so it may be kept for ever. */
final class Assets {

    static final String ONE = Paths.ASSETS + "/{digest}/{name}";

    private static final String HTMX = "META-INF/resources/webjars/htmx.org/";
    private static final String HTMX_PROPERTIES = "META-INF/maven/org.webjars.npm/htmx.org/pom.properties";
    private static final int DIGITS = 16;

    private record Asset(String digest, MediaType type, byte[] bytes) {}

    private final Map<String, Asset> assets = new LinkedHashMap<>();

    Assets() {
        add("console.css", "console/console.css", new MediaType("text", "css"));
        add("live.js", "console/live.js", new MediaType("text", "javascript"));
        add("console.js", "console/console.js", new MediaType("text", "javascript"));
        add("icon.svg", "console/icon.svg", new MediaType("image", "svg+xml"));
        add("htmx.js", HTMX + htmxVersion() + "/dist/htmx.min.js", new MediaType("text", "javascript"));
    }

    /** Where the pages have it. @param name one that there is */
    String url(String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            throw new IllegalArgumentException(name + ": no such asset (expected: one of " + assets.keySet() + ")");
        }
        return Paths.ASSETS + "/" + asset.digest + "/" + name;
    }

    Mono<ServerResponse> answer(ServerRequest request) {
        return Optional.ofNullable(assets.get(request.pathVariable("name")))
                .filter(asset -> asset.digest.equals(request.pathVariable("digest")))
                .map(asset -> ServerResponse.ok()
                        .contentType(asset.type)
                        .cacheControl(CacheControl.maxAge(Duration.ofDays(365))
                                .cachePublic()
                                .immutable())
                        .bodyValue(asset.bytes))
                .orElseGet(() -> ServerResponse.status(HttpStatus.NOT_FOUND).build());
    }

    private void add(String name, String resource, MediaType type) {
        byte[] bytes = bytes(resource);
        assets.put(name, new Asset(Digest.sha256(bytes).substring(0, DIGITS), type, bytes));
    }

    // The path within the jar has it.
    private static String htmxVersion() {
        Properties properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(bytes(HTMX_PROPERTIES)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "");
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = new ClassPathResource(resource).getInputStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
