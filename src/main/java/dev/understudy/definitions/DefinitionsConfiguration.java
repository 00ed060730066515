package dev.understudy.definitions;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Definitions;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Secrets;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.DirectoryStore;
import dev.understudy.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DefinitionsConfiguration {

    private static final Logger log = LoggerFactory.getLogger(DefinitionsConfiguration.class);
    private static final FailoverPolicy.Capacity CAPACITY = new FailoverPolicy.Capacity(2_000, 2_000, 2_000);

    // For documents of whomever: what more the operator's own may do is for the folder alone.
    @Bean
    Defaults documentDefaults(UnderstudyProperties properties) {
        return new Defaults(
                policy(properties.failover()),
                properties.failover().replayMemory().toBytes(),
                cors(properties.cors()),
                properties.cors().enabled(),
                secrets(properties.secrets()));
    }

    @Bean
    Definitions definitions() {
        return new Definitions();
    }

    @Bean(destroyMethod = "")
    Store store(UnderstudyProperties properties) {
        UnderstudyProperties.Store store = properties.store();
        if (store.type() != UnderstudyProperties.StoreType.DIRECTORY) {
            throw new InvalidConfigurationPropertyValueException(
                    "understudy.store.type", store.type(), "not there in this version (expected: directory)");
        }
        return new DirectoryStore(Path.of(store.directory()));
    }

    @Bean
    DeployedApis deployedApis(Store store, Defaults defaults, ApiCatalog catalog, Definitions definitions) {
        ProjectSources projects = new ProjectSources(new ProjectReader(defaults));
        return new DeployedApis(store, new Deployer(store, projects, new ServedApis(catalog, definitions)));
    }

    @Bean
    ApiFolder apiFolder(
            UnderstudyProperties properties, Defaults defaults, ApiCatalog catalog, Definitions definitions) {
        Defaults own = defaults.with(Secrets.any());
        UnderstudyProperties.Apis apis = properties.apis();
        return new ApiFolder(
                new FolderEntries(Path.of(apis.directory())),
                apis.watch(),
                new OpenApiReader(own),
                new ProjectSources(new ProjectReader(own)),
                catalog,
                definitions);
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
