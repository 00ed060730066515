package dev.understudy.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.validation.MessageInterpolatorFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

/**
 * Reads the keys of the gateway from its files, as its start does, without starting anything. Variables of the environment
 * are none of its keys here: they are those of another process. A file may still refer to them.
 */
public final class SettingsFiles {

    private static final String NAME = "understudy";
    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of(NAME);

    /** The gateway would not start with them. The message says what was found and what to do, in several lines perhaps. */
    public static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What a gateway that is started here is given, without the keys that are variables. */
    private static final class FilesEnvironment extends StandardEnvironment {

        @Override
        public Map<String, Object> getSystemEnvironment() {
            Map<String, Object> others = new HashMap<>(super.getSystemEnvironment());
            others.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith(NAME));
            return others;
        }
    }

    private SettingsFiles() {}

    /** @param file empty: those that a gateway reads that is started in this directory, if there are any */
    public static UnderstudyProperties read(Optional<Path> file) throws Unusable {
        ConfigurableEnvironment environment = new FilesEnvironment();
        file.ifPresent(path -> environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "file", Map.of("spring.config.location", path.toUri().toString()))));
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
            ConfigurationPropertySources.attach(environment);
            UnknownKeys.refuse(environment);
            return bound(environment);
        } catch (RuntimeException e) {
            throw new Unusable(explained(e, environment), e);
        }
    }

    // A validator takes longer to make than all the rest.
    private static UnderstudyProperties bound(ConfigurableEnvironment environment) {
        BindHandler handler = isSet(environment) ? new ValidationBindHandler(validator()) : BindHandler.DEFAULT;
        return Binder.get(environment).bindOrCreate(NAME, Bindable.of(UnderstudyProperties.class), handler);
    }

    private static boolean isSet(ConfigurableEnvironment environment) {
        return StreamSupport.stream(
                        ConfigurationPropertySources.get(environment).spliterator(), false)
                .filter(IterableConfigurationPropertySource.class::isInstance)
                .map(IterableConfigurationPropertySource.class::cast)
                .anyMatch(source -> source.stream().anyMatch(PREFIX::isAncestorOf));
    }

    private static LocalValidatorFactoryBean validator() {
        LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();
        validator.setMessageInterpolator(new MessageInterpolatorFactory().getObject());
        validator.afterPropertiesSet();
        return validator;
    }

    private static String explained(RuntimeException failure, ConfigurableEnvironment environment) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        ArgumentResolver.of(Environment.class, environment),
                        // Those that ask for more are for what goes wrong in a context.
                        (type, name, unfit) -> {})
                .stream()
                .map(analyzer -> Optional.ofNullable(analyzer.analyze(failure)))
                .flatMap(Optional::stream)
                .findFirst()
                .map(SettingsFiles::text)
                .orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    private static String text(FailureAnalysis analysis) {
        String action = analysis.getAction();
        return analysis.getDescription() + (action == null ? "" : System.lineSeparator() + action);
    }
}
