package dev.understudy.definitions;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Definitions;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.settings.UnderstudyProperties;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DefinitionsConfiguration {

    @Bean
    OpenApiReader openApiReader(UnderstudyProperties properties) {
        return new OpenApiReader(new Defaults(
                policy(properties.failover()),
                cors(properties.cors()),
                properties.cors().enabled()));
    }

    @Bean
    Definitions definitions() {
        return new Definitions();
    }

    @Bean
    ApiFolder apiFolder(
            UnderstudyProperties properties, OpenApiReader reader, ApiCatalog catalog, Definitions definitions) {
        UnderstudyProperties.Apis apis = properties.apis();
        return new ApiFolder(Path.of(apis.directory()), apis.watch(), reader, catalog, definitions);
    }

    private static FailoverPolicy policy(UnderstudyProperties.Failover failover) {
        return new FailoverPolicy(
                failover.connectTimeout(),
                failover.responseTimeout(),
                failover.idleTimeout(),
                Optional.empty(),
                failover.statuses(),
                failover.exposeHeaders());
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
