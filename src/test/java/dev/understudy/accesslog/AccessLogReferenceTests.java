package dev.understudy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Rule;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Phase;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Trace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the members in docs/reference/access-log.md to those of a line. */
class AccessLogReferenceTests {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([@a-z_.\\[\\]]+)` \\|");

    @Test
    void theReferenceHasEachMemberOfALine() throws IOException {
        Set<String> documented = ROW.matcher(Files.readString(Path.of("docs/reference/access-log.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonLine.write(full(), bytes);
        JsonNode line = JsonMapper.shared().readTree(bytes.toByteArray());

        Set<String> written = new LinkedHashSet<>(line.propertyNames());
        line.get("understudy.attempts")
                .get(0)
                .propertyNames()
                .forEach(name -> written.add("understudy.attempts[]." + name));
        assertThat(documented).containsExactlyElementsOf(written);
    }

    private static RequestRecord full() {
        Operation operation = new Operation(
                "GET",
                PathTemplate.parse("/thing"),
                Optional.empty(),
                Optional.empty(),
                new Access.Open(),
                false,
                false);
        Api api = new Api("a", "1", "/a", Set.of(), "Authorization", Optional.empty(), List.of(operation), false);
        AttemptRecord attempt = new AttemptRecord(
                1,
                "http://e",
                Rule.FIRST_IN_LINE,
                Duration.ZERO,
                Duration.ZERO,
                Phase.HEAD_RECEIVED,
                new Attempt.Answered(200, Optional.empty()),
                Rule.ANSWER);
        return new RequestRecord(
                "id",
                Instant.EPOCH,
                Duration.ZERO,
                "GET",
                "/a/thing",
                "h",
                "127.0.0.1",
                Optional.of(new Match.Found(api, operation, "op")),
                Optional.of("anna"),
                Optional.of(KeyType.PRODUCTION),
                List.of(),
                List.of(attempt),
                200,
                Optional.of("404"),
                Optional.of("told"),
                Ending.WHOLE,
                Optional.empty(),
                Optional.of(new Trace.Ids("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")));
    }
}
