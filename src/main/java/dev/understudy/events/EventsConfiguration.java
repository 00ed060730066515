package dev.understudy.events;

import dev.understudy.catalog.Definitions;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.journal.Events;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EventsConfiguration {

    /** Events that are remembered. */
    private static final int REMEMBERED = 1_000;

    @Bean
    Events events() {
        return new Events(REMEMBERED);
    }

    @Bean
    RequestEvents requestEvents(Events events) {
        return new RequestEvents(events, System::nanoTime);
    }

    @Bean
    HealthListener healthEvents(Events events) {
        return new HealthEvents(events);
    }

    @Bean
    Definitions.Listener definitionEvents(Events events) {
        return new DefinitionEvents(events);
    }
}
