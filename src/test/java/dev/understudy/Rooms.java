package dev.understudy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** The rules of the house, for the rooms below one root package. A package below a room belongs to it. */
record Rooms(String root, JavaClasses all) {

    ArchRule areDeclared() {
        return classes()
                .that(areIn("a room", name -> true))
                .should(hold("be in a package with @Room and @NullMarked", type -> declared(type.getPackage())))
                .allowEmptyShould(true);
    }

    ArchRule importOnlyWhatTheyDeclare() {
        return classes()
                .should(depend(
                        "only on rooms that their own room declares",
                        (from, to) -> roomOf(to)
                                .filter(room -> !roomOf(from).equals(Optional.of(room)))
                                .map(room -> mayImport(from, room))
                                .orElse(true)));
    }

    ArchRule arePureWhereTheySaySo() {
        return classes()
                .that(areIn("a pure room", name -> room(name).map(Room::pure).orElse(false)))
                .should(depend(
                        "only on java.*, JSpecify and rooms",
                        (from, to) -> to.isPrimitive()
                                || to.getPackageName()
                                        .matches("(java|org\\.jspecify|" + root.replace(".", "\\.") + ")(\\..*)?")
                                || to.isEquivalentTo(Room.class)))
                .allowEmptyShould(true);
    }

    /** Those at the ends: what they do is done through the framework, never by a call from another room. */
    ArchRule areNotImported(String... ends) {
        return classes()
                .should(depend(
                        "on none of " + Arrays.toString(ends) + " from outside",
                        (from, to) -> roomOf(to)
                                .filter(Arrays.asList(ends)::contains)
                                .map(room -> roomOf(from).equals(Optional.of(room)))
                                .orElse(true)));
    }

    ArchRule aloneNames(String room, String library) {
        return noClasses()
                .that(areIn("another room than " + room, name -> !name.equals(room)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }

    private boolean mayImport(JavaClass from, String room) {
        return roomOf(from)
                .map(name -> root + "." + name)
                .or(() -> Optional.of(root).filter(from.getPackageName()::equals))
                .flatMap(this::declaration)
                .map(Room::mayImport)
                .map(declared -> Arrays.asList(declared).contains(room))
                .orElse(false);
    }

    /** The simple name of the room that a class is in; empty for the root package and whatever is outside. */
    private Optional<String> roomOf(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.startsWith(root + ".")
                ? Optional.of(name.substring(root.length() + 1).split("\\.")[0])
                : Optional.empty();
    }

    private Optional<Room> room(String name) {
        return declaration(root + "." + name);
    }

    private Optional<Room> declaration(String place) {
        return all.containPackage(place) ? all.getPackage(place).tryGetAnnotationOfType(Room.class) : Optional.empty();
    }

    private boolean declared(JavaPackage place) {
        return place.isAnnotatedWith(NullMarked.class)
                && place.getName().startsWith(root)
                && room(place.getName().substring(root.length() + 1).split("\\.")[0])
                        .isPresent();
    }

    private DescribedPredicate<JavaClass> areIn(String description, Predicate<String> rooms) {
        return DescribedPredicate.describe(
                "are in " + description, type -> roomOf(type).filter(rooms).isPresent());
    }

    private static ArchCondition<JavaClass> depend(String description, BiPredicate<JavaClass, JavaClass> allowed) {
        return new ArchCondition<>("depend " + description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (!allowed.test(type, target)) {
                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> hold(String description, Predicate<JavaClass> condition) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!condition.test(type)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " is in a package without them"));
                }
            }
        };
    }
}
