package dev.understudy.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What holds for a key that is not set, unless that does not fit what is set beside it. With a default of Spring Boot's
 * own, one that is not set could not be told from one that is.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@interface YieldingDefault {

    String value();
}
