package dev.understudy.definitions;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definitions;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Secrets;
import dev.understudy.settings.Traffic;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.Database;
import dev.understudy.store.DirectoryStore;
import dev.understudy.store.PostgresStore;
import dev.understudy.store.Store;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.netty.resources.LoopResources;

@Configuration(proxyBeanMethods = false)
class DefinitionsConfiguration {

    @Bean
    Defaults documentDefaults(UnderstudyProperties properties) {
        return DocumentDefaults.of(properties);
    }

    @Bean
    Definitions definitions(Definitions.Listener listener) {
        return new Definitions(listener);
    }

    @Bean(destroyMethod = "")
    Store store(
            UnderstudyProperties properties,
            Environment environment,
            LoopResources backgroundLoops,
            ObjectProvider<SslBundles> bundles) {
        Path directory = Path.of(properties.store().directory());
        if (properties.controlPlane().isFollowed()) {
            return ControlPlanes.store(properties.controlPlane(), directory, backgroundLoops, bundles);
        }
        return switch (properties.store().type()) {
            case DIRECTORY -> new DirectoryStore(directory);
            case POSTGRESQL -> new PostgresStore(Database.of(environment), directory);
        };
    }

    @Bean
    DeployedApis deployedApis(Store store, Defaults defaults, ApiCatalog catalog, Definitions definitions) {
        ProjectSources projects = new ProjectSources(new ProjectReader(defaults));
        return new DeployedApis(store, new Deployer(store, projects, new ServedApis(catalog, definitions)));
    }

    // A folder is of one gateway, and a control plane serves nobody.
    @Bean
    @Conditional(Traffic.On.class)
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
}
