package dev.understudy.routing;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.CatalogChanged;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.context.ApplicationEventPublisher;

/** Makes all that requests need of a catalog ready before the first of them sees it, and cleans up behind the last one. */
final class Stage implements Function<Catalog, ApiCatalog.Staged> {

    private static final Logger log = LoggerFactory.getLogger(Stage.class);

    private final LiveRoutes routes;
    private final HealthRegistry registry;
    private final EndpointClient client;
    private final ApplicationEventPublisher publisher;

    Stage(LiveRoutes routes, HealthRegistry registry, EndpointClient client, ApplicationEventPublisher publisher) {
        this.routes = routes;
        this.registry = registry;
        this.client = client;
        this.publisher = publisher;
    }

    @Override
    public ApiCatalog.Staged apply(Catalog catalog) {
        Set<EndpointGroup> before = routes.live().catalog().groups().keySet();
        Set<EndpointGroup> groups = catalog.groups().keySet();
        try {
            registry.add(groups);
            client.add(groups);
            return staged(routes.stage(catalog), groups, before);
        } catch (RuntimeException | Error e) {
            backTo(before);
            throw e;
        }
    }

    private ApiCatalog.Staged staged(LiveRoutes.Live staged, Set<EndpointGroup> groups, Set<EndpointGroup> before) {
        return new ApiCatalog.Staged() {

            @Override
            public void goLive() {
                routes.goLive(staged);
                retain(groups);
                tell(new CatalogChanged(staged.catalog()));
                // For those of Spring Cloud Gateway that count routes or keep something by route.
                tell(new RefreshRoutesEvent(routes));
            }

            @Override
            public void drop() {
                backTo(before);
            }
        };
    }

    // What is known of an endpoint follows the policy that came last.
    private void backTo(Set<EndpointGroup> before) {
        registry.add(before);
        retain(before);
    }

    private void retain(Set<EndpointGroup> groups) {
        registry.retain(groups);
        client.retain(groups);
    }

    // What is live stays live whatever becomes of those who listen.
    private void tell(Object event) {
        try {
            publisher.publishEvent(event);
        } catch (RuntimeException e) {
            log.warn("Somebody who listens to changes of what is served has failed", e);
        }
    }
}
