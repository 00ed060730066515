package dev.understudy.definitions;

import dev.understudy.catalog.Cors;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.Secrets;
import dev.understudy.settings.UnderstudyProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What holds where a document says nothing, by the keys of the gateway. */
public final class DocumentDefaults {

    private static final Logger log = LoggerFactory.getLogger(DocumentDefaults.class);
    private static final FailoverPolicy.Capacity CAPACITY = new FailoverPolicy.Capacity(2_000, 2_000, 2_000);

    private DocumentDefaults() {}

    /** For documents of whomever: what more the operator's own may do is for the folder alone. */
    public static Defaults of(UnderstudyProperties properties) {
        return new Defaults(
                policy(properties.failover()),
                properties.failover().replayMemory().toBytes(),
                cors(properties.cors()),
                properties.cors().enabled(),
                secrets(properties.secrets()));
    }

    private static Secrets secrets(UnderstudyProperties.Secrets secrets) {
        return Secrets.only(secrets.directories().stream().map(Path::of).toList(), secrets.variables());
    }

    private static FailoverPolicy policy(UnderstudyProperties.Failover failover) {
        warnIfCutShort("connect-timeout", failover.connectTimeout(), failover.deadline());
        warnIfCutShort("response-timeout", failover.responseTimeout(), failover.deadline());
        return new FailoverPolicy(
                failover.connectTimeout(),
                failover.responseTimeout(),
                failover.deadline(),
                failover.idleTimeout(),
                Optional.empty(),
                failover.statuses(),
                FailoverPolicy.Repeats.NONE,
                CAPACITY,
                failover.replayLimit().toBytes(),
                failover.trustIdempotencyKey(),
                new FailoverPolicy.Suspension(
                        failover.suspendAfter(),
                        Optional.ofNullable(failover.suspendAtRate()),
                        failover.suspendFor(),
                        failover.suspendAtMost()),
                new FailoverPolicy.Probe(
                        failover.probe().interval(),
                        failover.probe().timeout(),
                        Optional.ofNullable(failover.probe().path()),
                        failover.probe().always()),
                failover.exposeHeaders());
    }

    // Where both are set, that stops the start.
    private static void warnIfCutShort(String key, Duration limit, Duration deadline) {
        if (limit.compareTo(deadline) > 0) {
            log.warn(
                    "understudy.failover.{} is cut short by understudy.failover.deadline, which is {} s: set that, too,"
                            + " if it is to hold",
                    key,
                    deadline.toSeconds());
        }
    }

    private static Cors cors(UnderstudyProperties.Cors cors) {
        return new Cors(
                cors.allowOrigins(),
                cors.allowMethods(),
                cors.allowHeaders(),
                cors.exposeHeaders(),
                cors.allowCredentials());
    }
}
