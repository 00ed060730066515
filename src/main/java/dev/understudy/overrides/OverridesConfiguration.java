package dev.understudy.overrides;

import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Holds;
import dev.understudy.store.Store;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OverridesConfiguration {

    @Bean
    Overrides overrides(
            Store store, Holds holds, HealthRegistry health, HealthListener listener, ObjectProvider<Clock> clock) {
        return new Overrides(store, holds, health, listener, clock.getIfAvailable(Clock::systemUTC));
    }
}
