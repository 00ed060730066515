package dev.understudy.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.GeneratedPart;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/meters.md to the meters of a running gateway. */
class MetersReferenceTests {

    @Test
    void theReferenceIsWhatARunningGatewayHas() throws Exception {
        String dead = "http://127.0.0.1:" + RawEndpoint.deadPort();
        try (RawEndpoint well = RawEndpoint.answering(200, "ok");
                RunningGateway gateway = RunningGateway.serving(
                        Map.of("a.yaml", Documents.things(dead, well.url())),
                        "understudy.access-log=json",
                        "understudy.failover.suspend-after=1",
                        "understudy.failover.probe.interval=100ms",
                        "understudy.security.issuers[0].issuer=https://idp.example.com",
                        "understudy.security.issuers[0].jwk-set-uri=" + dead + "/jwks")) {
            RawCaller.call(gateway.plainPort(), "GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            MeterRegistry registry = gateway.bean(MeterRegistry.class);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> !registry.find(RequestMeters.FAILOVERS)
                                    .meters()
                                    .isEmpty()
                            && !registry.find(ProbeMeters.PROBES).meters().isEmpty());

            assertThat(registry.get("understudy.issuer.key.fetches")
                            .tag("outcome", "failed")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            new GeneratedPart(Path.of("docs/reference/meters.md"), getClass()).assertIs(table(registry.getMeters()));
        }
    }

    private static String table(Collection<Meter> meters) {
        Map<String, String> rows = new TreeMap<>();
        meters.stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("understudy."))
                .forEach(id -> rows.put(id.getName(), row(id)));
        return "| meter | type | tags | tells |\n|---|---|---|---|\n" + String.join("", rows.values());
    }

    private static String row(Meter.Id id) {
        String tags = id.getTags().stream()
                .map(Tag::getKey)
                .map(key -> "`" + key + "`")
                .collect(Collectors.joining(", "));
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        id.getName(),
                        id.getType().name().toLowerCase(Locale.ROOT),
                        tags.isEmpty() ? "none" : tags,
                        id.getDescription());
    }
}
