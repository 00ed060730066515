package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.Changes;
import dev.understudy.catalog.Definitions;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.endpoint.HealthRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * What all pages are made with. Named in the imports of the management context, so it is no part of the traffic listeners.
 */
class ConsoleConfiguration {

    @Bean
    Pages consolePages() {
        return new Pages();
    }

    @Bean
    Assets consoleAssets() {
        return new Assets();
    }

    @Bean
    Console console(Pages pages, Assets assets, AuditLog audit, Changes changes) {
        return new Console(pages, assets, audit, changes);
    }

    // That the gateway serves is told to its own context, and not to that of the admin listener.
    @Bean
    ConsoleRehearsal consoleRehearsal(Console console, ConfigurableApplicationContext context) {
        ConsoleRehearsal rehearsal = new ConsoleRehearsal(console);
        if (context.getParent() instanceof ConfigurableApplicationContext gateway) {
            gateway.addApplicationListener(rehearsal);
        }
        return rehearsal;
    }

    @Bean
    ConsoleProblems consoleProblems(Console console) {
        return new ConsoleProblems(console);
    }

    @Bean
    ApiDirectory apiDirectory(DeployedApis deployed, Definitions definitions, HealthRegistry health) {
        return new ApiDirectory(deployed, definitions, health);
    }

    @Bean
    RouterFunction<ServerResponse> assetRoutes(Assets assets) {
        return RouterFunctions.route()
                .GET(Assets.ONE, assets::answer)
                .HEAD(Assets.ONE, assets::answer)
                .route(RequestPredicates.path(Assets.ONE), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .build();
    }
}
