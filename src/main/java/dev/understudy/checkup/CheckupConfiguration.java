package dev.understudy.checkup;

import dev.understudy.settings.UnderstudyProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

@Configuration(proxyBeanMethods = false)
class CheckupConfiguration {

    @Bean(destroyMethod = "close")
    Checkup checkup(ReactorResourceFactory resources, UnderstudyProperties properties) {
        UnderstudyProperties.Failover failover = properties.failover();
        return new Checkup(
                resources,
                new Checkup.Limits(failover.connectTimeout(), failover.probe().timeout(), failover.statuses()));
    }
}
