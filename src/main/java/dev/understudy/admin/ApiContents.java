package dev.understudy.admin;

import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Outcome;
import dev.understudy.store.Format;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Hands out what was deployed, byte for byte. It may have passwords of endpoints in it: not for everybody who may read. */
public final class ApiContents {

    private final DeployedApis deployed;
    private final Downloads downloads = new Downloads();

    ApiContents(DeployedApis deployed) {
        this.deployed = deployed;
    }

    /** @param number of the revision; empty: the latest one of an API that is deployed */
    public Mono<ServerResponse> answer(String id, Optional<Integer> number) {
        return downloads.answer(
                () -> ApiChanges.waited(() -> deployed.content(id, number)).map(outcome -> content(id, outcome)),
                Outcome.Content::bytes,
                (content, body) -> ServerResponse.ok()
                        .contentType(type(content.revision().format()))
                        .header(HttpHeaders.CONTENT_DISPOSITION, fileName(content))
                        .headers(headers -> number.ifPresentOrElse(
                                any -> headers.setETag("\"" + content.revision().archive() + "\""),
                                () -> headers.setETag("\"" + content.tag() + "\"")))
                        .body(body));
    }

    private static Outcome.Content content(String id, Outcome outcome) {
        if (outcome instanceof Outcome.Content content) {
            return content;
        }
        throw ApiRefusals.of(id, outcome);
    }

    private static String fileName(Outcome.Content content) {
        return "attachment; filename=\"revision-" + content.revision().number() + "."
                + content.revision().format().ending() + "\"";
    }

    private static MediaType type(Format format) {
        return switch (format) {
            case ZIP -> new MediaType("application", "zip");
            case YAML -> MediaType.APPLICATION_YAML;
            case JSON -> MediaType.APPLICATION_JSON;
        };
    }
}
