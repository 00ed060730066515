package dev.understudy;

import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;

/**
 * The configuration classes of the rooms, from a list: to find them in the class path would mean to read each class at each
 * start.
 */
final class Configurations implements ImportSelector {

    @Override
    public String[] selectImports(AnnotationMetadata application) {
        return ImportCandidates.load(Configurations.class, Configurations.class.getClassLoader())
                .getCandidates()
                .toArray(String[]::new);
    }
}
