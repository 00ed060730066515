package dev.understudy.fleet;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definitions;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.overrides.Overrides;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.Store;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class FleetConfiguration {

    @Bean
    Fleet fleet(Store store) {
        return new Fleet(store);
    }

    @Bean
    TakenOver takenOver(Store store, DeployedApis deployed, Overrides overrides) {
        return new TakenOver(store, deployed, overrides);
    }

    @Bean
    Editions editions(Store store) {
        return new Editions(store);
    }

    @Bean
    Reporter reporter(
            Fleet fleet,
            TakenOver takenOver,
            Definitions definitions,
            ApiCatalog catalog,
            HealthRegistry health,
            UnderstudyProperties properties,
            ObjectProvider<BuildProperties> build,
            Environment environment) {
        String version = Optional.ofNullable(build.getIfAvailable())
                .map(BuildProperties::getVersion)
                .orElse("unknown");
        OwnReport report = new OwnReport(
                OwnReport.Identity.of(version, properties.role().word()),
                () -> Optional.ofNullable(properties.name()).orElseGet(() -> name(environment)),
                takenOver,
                definitions,
                catalog,
                health);
        return new Reporter(fleet, takenOver.store(), report::now);
    }

    /** Several may be on one host. */
    private static String name(Environment environment) {
        int traffic = environment.getProperty("local.server.port", Integer.class, -1);
        int admin = environment.getProperty("local.management.port", Integer.class, -1);
        return host() + ":" + (traffic > 0 ? traffic : admin);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
