package dev.understudy.demo;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.http.client.ReactorResourceFactory;
import tools.jackson.databind.json.JsonMapper;

/** All there is of the demo. */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class DemoConfiguration {

    // Also where the context fails to start after them.
    @Bean(destroyMethod = "stop")
    DemoEndpoints demoEndpoints(ObjectProvider<DemoPorts> ports, ReactorResourceFactory resources, JsonMapper json) {
        return new DemoEndpoints(ports.getIfAvailable(() -> DemoPorts.STANDARD), resources.getLoopResources(), json);
    }
}
