package dev.understudy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotationMetadata;

/** What a start puts together is written down; nothing is forgotten there, and nothing is left of what is gone. */
class ConfigurationsTests {

    private static final AnnotationMetadata APPLICATION = AnnotationMetadata.introspect(UnderstudyApplication.class);

    @Test
    void everyConfigurationOfTheGatewayIsListed() {
        List<String> there = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.understudy")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Configuration.class))
                        .map(JavaClass::getName)
                        .toList();

        assertThat(new Configurations().selectImports(APPLICATION)).containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    void everyAutoConfigurationOfTheGatewayIsListed() {
        List<String> there = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.understudy")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(AutoConfiguration.class))
                        .map(JavaClass::getName)
                        .toList();

        assertThat(ImportCandidates.load(AutoConfiguration.class, Parts.class.getClassLoader())
                        .getCandidates())
                .filteredOn(name -> name.startsWith("dev.understudy."))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    void whateverIsLeftOutExists() {
        List<String> all = StreamSupport.stream(
                        ImportCandidates.load(AutoConfiguration.class, Parts.class.getClassLoader())
                                .spliterator(),
                        false)
                .toList();

        assertThat(Parts.UNUSED)
                .allSatisfy(unused ->
                        assertThat(all).anySatisfy(name -> assertThat(name).startsWith(unused)));
    }
}
