package dev.understudy.demo;

import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import tools.jackson.databind.json.JsonMapper;

/** All there is of the demo, but for what {@link DemoSettings} adds to the configuration. */
@Configuration(proxyBeanMethods = false)
@Profile(DemoSettings.PROFILE)
class DemoConfiguration {

    // Also where the context fails to start after them.
    @Bean(destroyMethod = "stop")
    DemoEndpoints demoEndpoints(ObjectProvider<DemoPorts> ports, ReactorResourceFactory resources, JsonMapper json) {
        return new DemoEndpoints(ports.getIfAvailable(() -> DemoPorts.STANDARD), resources.getLoopResources(), json);
    }

    @Bean
    TestKeyUser testKeyUser() {
        return TestKeyUser.make();
    }

    @Bean
    TestTokens testTokens(SigningKey key, ObjectProvider<Clock> clock) {
        return new TestTokens(key, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    TestKeyFilter testKeyFilter(ApplicationContext traffic, TestKeyUser user, TestTokens tokens) {
        return new TestKeyFilter(traffic, user, tokens);
    }

    @Bean
    Scene scene(DemoEndpoints endpoints, TestKeyUser user, TestTokens tokens, Environment environment) {
        return new Scene(endpoints, user, tokens, environment);
    }
}
