package dev.understudy.settings;

import dev.understudy.settings.UnderstudyProperties.Role;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether {@code understudy.role} has callers of APIs served, for what is made only if so, or only if not. */
public final class Traffic {

    private Traffic() {}

    public static boolean isServed(Environment environment) {
        return Binder.get(environment)
                .bind("understudy.role", Role.class)
                .orElse(Role.ALL)
                .servesTraffic();
    }

    /** It is served. */
    public static final class On implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isServed(context.getEnvironment());
        }
    }

    /** It is not. */
    public static final class Off implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !isServed(context.getEnvironment());
        }
    }
}
