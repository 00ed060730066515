package dev.understudy.definitions;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definitions;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Secrets;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.DirectoryStore;
import dev.understudy.store.Store;
import java.nio.file.Path;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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
}
