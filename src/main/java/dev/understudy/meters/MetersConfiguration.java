package dev.understudy.meters;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.CatalogChanged;
import dev.understudy.catalog.Definitions;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.fleet.TakenOver;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class MetersConfiguration {

    @Bean
    RequestMeters requestMeters(MeterRegistry registry) {
        return new RequestMeters(registry);
    }

    @Bean
    EndpointMeters endpointMeters(MeterRegistry registry, HealthRegistry health) {
        return new EndpointMeters(registry, health);
    }

    @Bean
    ProbeMeters probeMeters(MeterRegistry registry) {
        return new ProbeMeters(registry);
    }

    @Bean
    CatalogMeters catalogMeters(ApiCatalog catalog, Definitions definitions) {
        return new CatalogMeters(catalog, definitions);
    }

    @Bean
    ReadyMeter readyMeter(ApplicationAvailability availability) {
        return new ReadyMeter(availability);
    }

    @Bean
    StoreMeters storeMeters(MeterRegistry registry, TakenOver takenOver) {
        return new StoreMeters(registry, takenOver);
    }

    @Bean
    ApplicationListener<ApplicationStartedEvent> metersFollowTheStore(StoreMeters meters) {
        return started -> meters.follow();
    }

    @Bean
    ApplicationListener<PayloadApplicationEvent<CatalogChanged>> metersFollowTheCatalog(
            RequestMeters requests, EndpointMeters endpoints, ProbeMeters probes) {
        return ApplicationListener.forPayload(changed -> {
            requests.follow(changed.catalog());
            endpoints.follow(changed.catalog());
            probes.follow(changed.catalog());
        });
    }
}
