package dev.understudy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

/**
 * What Spring Boot puts together by itself, without what is meant for other kinds of applications: clients that are not used,
 * finding and registering services, reloading of the context, proxies, schedules. Each of those costs every start some
 * milliseconds, and is a health indicator or an endpoint that says nothing of the gateway.
 *
 * <p>Not {@code @EnableAutoConfiguration}, which would also have the packages of the gateway searched for entities and mixins.
 */
final class Parts extends AutoConfigurationImportSelector {

    /** Packages, and names of classes without their last words. */
    static final List<String> UNUSED = List.of(
            "org.springframework.boot.autoconfigure.aop.",
            "org.springframework.boot.autoconfigure.jmx.",
            "org.springframework.boot.autoconfigure.task.TaskScheduling",
            "org.springframework.boot.http.client.",
            // The store has a database only where it is asked for, and makes its own way to it.
            "org.springframework.boot.jdbc.",
            "org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasks",
            "org.springframework.boot.restclient.",
            "org.springframework.boot.security.autoconfigure.actuate.",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2",
            // The only templates are those of the console, which has an engine of its own on the admin listener.
            "org.springframework.boot.thymeleaf.",
            "org.springframework.boot.transaction.",
            "org.springframework.cloud.autoconfigure.",
            "org.springframework.cloud.client.",
            "org.springframework.cloud.commons.config.",
            "org.springframework.cloud.commons.security.",
            "org.springframework.cloud.configuration.",
            "org.springframework.cloud.gateway.config.GatewayClassPathWarning",
            "org.springframework.cloud.gateway.config.GatewayNoLoadBalancerClient",
            "org.springframework.cloud.gateway.discovery.");

    @Override
    protected List<String> getCandidateConfigurations(
            AnnotationMetadata application, @Nullable AnnotationAttributes attributes) {
        return super.getCandidateConfigurations(application, attributes).stream()
                .filter(name -> UNUSED.stream().noneMatch(name::startsWith))
                .toList();
    }

    // Read from the annotation that is not there. Users exclude with spring.autoconfigure.exclude.
    @Override
    protected AnnotationAttributes getAttributes(AnnotationMetadata application) {
        AnnotationAttributes none = new AnnotationAttributes();
        none.put("exclude", new String[0]);
        none.put("excludeName", new String[0]);
        return none;
    }
}
