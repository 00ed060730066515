package dev.understudy.loopback;

import dev.understudy.listener.OwnListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

@Configuration(proxyBeanMethods = false)
class LoopbackConfiguration {

    @Bean
    Loopback loopback(OwnListener listener, ReactorResourceFactory resources) {
        return new Loopback(listener::isOpen, listener::way, resources, Loopback.BODY_TIME);
    }
}
