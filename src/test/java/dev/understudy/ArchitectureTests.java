package dev.understudy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Holds what the packages' {@code package-info} declare. */
class ArchitectureTests {

    private static final String[] ENDS = {"admin", "routing", "security", "demo"};

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.understudy");

    private final Rooms rooms = new Rooms("dev.understudy", HOUSE);

    @Test
    void everyPackageSaysWhatItMayImportAndIsNullMarked() {
        rooms.areDeclared().check(HOUSE);
    }

    @Test
    void packagesImportOnlyThoseTheyDeclare() {
        rooms.importOnlyWhatTheyDeclare().check(HOUSE);
    }

    @Test
    void purePackagesAreFreeOfFrameworks() {
        rooms.arePureWhereTheySaySo().check(HOUSE);
    }

    @Test
    void nobodyImportsTheRoomsAtTheEnds() {
        rooms.areNotImported(ENDS).check(HOUSE);
    }

    @Test
    void swaggerParserIsNamedInOneRoom() {
        rooms.aloneNames("openapi", "io.swagger..").check(HOUSE);
    }

    @Test
    void resilience4jIsNamedInOneRoom() {
        rooms.aloneNames("health", "io.github.resilience4j..").check(HOUSE);
    }

    @Test
    void openTelemetryIsNamedInOneRoom() {
        rooms.aloneNames("tracing", "io.opentelemetry..").check(HOUSE);
    }

    @Test
    void theHouseHasItsPureRooms() {
        assertThat(HOUSE.getPackage("dev.understudy").getSubpackages())
                .filteredOn(room -> room.getAnnotationOfType(Room.class).pure())
                .extracting(room -> room.getRelativeName())
                .contains("endpoint", "failover", "catalog", "problem");
    }

    /** Each guard finds what is wrong in a house built to be wrong. */
    @Nested
    class EachGuardCanFail {

        private static final JavaClasses CROOKED = new ClassFileImporter().importPackages("dev.understudy.crooked");

        private final Rooms crooked = new Rooms("dev.understudy.crooked", CROOKED);

        @Test
        void onAPackageThatDeclaresNothing() {
            assertViolation(crooked.areDeclared(), "crooked.unlabelled.Stray");
        }

        @Test
        void onAnImportThatIsNotDeclared() {
            assertViolation(crooked.importOnlyWhatTheyDeclare(), "crooked.catalog.Nosy", "crooked.openapi.Reader");
        }

        @Test
        void onAFrameworkInAPureRoom() {
            assertViolation(crooked.arePureWhereTheySaySo(), "crooked.endpoint.Impure", "DataSize");
        }

        @Test
        void onAnImportOfARoomAtTheEndEvenIfItIsDeclared() {
            assertViolation(crooked.areNotImported(ENDS), "crooked.openapi.Reader", "crooked.routing.Filter");
        }

        @Test
        void onALibraryNamedInAnotherRoom() {
            assertViolation(crooked.aloneNames("openapi", "io.swagger.."), "crooked.catalog.Nosy", "OpenAPI");
            assertViolation(
                    crooked.aloneNames("health", "org.springframework.util.."), "crooked.endpoint.Impure", "DataSize");
        }

        private static void assertViolation(ArchRule rule, String... names) {
            assertThat(rule.evaluate(CROOKED).getFailureReport().getDetails())
                    .anySatisfy(detail -> assertThat(detail).contains(names));
        }
    }
}
