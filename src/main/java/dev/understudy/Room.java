package dev.understudy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a package may import, declared in its {@code package-info} and held by {@code ArchitectureTests}. */
@Target(ElementType.PACKAGE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Room {

    /** Simple names of the rooms of this program that this one may import, directly. */
    String[] mayImport() default {};

    /** Whether only {@code java.*} and JSpecify may be imported besides. */
    boolean pure() default false;
}
