package dev.understudy.health;

import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.ProbeListener;
import dev.understudy.settings.UnderstudyProperties;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    @Bean
    Holds holds() {
        return new Holds();
    }

    @Bean(destroyMethod = "close")
    HealthRegistry healthRegistry(
            ReactorResourceFactory resources,
            UnderstudyProperties properties,
            HealthListener listener,
            ProbeListener probes,
            Holds holds) {
        return new EndpointRecords(
                patience(properties.failover()),
                new ProbeClient(resources),
                Schedulers.parallel(),
                listener,
                probes,
                holds,
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    // As policies have it: no limit is longer than the deadline.
    private static Duration patience(UnderstudyProperties.Failover failover) {
        Duration connect = failover.connectTimeout();
        return connect.compareTo(failover.deadline()) < 0 ? connect : failover.deadline();
    }
}
