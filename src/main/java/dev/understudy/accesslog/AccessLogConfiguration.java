package dev.understudy.accesslog;

import dev.understudy.settings.UnderstudyProperties;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

@Configuration(proxyBeanMethods = false)
class AccessLogConfiguration {

    /** By the binder, which knows that YAML reads {@code off} as {@code false}. */
    static final class IsOn implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                            .bind("understudy.access-log", UnderstudyProperties.AccessLog.class)
                            .orElse(UnderstudyProperties.AccessLog.JSON)
                    != UnderstudyProperties.AccessLog.OFF;
        }
    }

    @Bean(destroyMethod = "close")
    @Conditional(IsOn.class)
    AccessLog accessLog(UnderstudyProperties properties) {
        boolean json = properties.accessLog() == UnderstudyProperties.AccessLog.JSON;
        return new AccessLog(
                json
                        ? JsonLine::write
                        : (request, line) -> line.write(TextLine.of(request).getBytes(StandardCharsets.UTF_8)));
    }
}
