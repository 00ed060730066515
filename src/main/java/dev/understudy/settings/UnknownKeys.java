package dev.understudy.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Stops the start where a key under {@code understudy} is none, from whatever source: files, arguments, system properties
 * and the environment. Spring Boot itself would pass over the last two.
 */
final class UnknownKeys implements EnvironmentPostProcessor, Ordered {

    /** A key that is none, where it was found, and the one that may have been meant. */
    record Unknown(String name, String place, String nearest) {}

    /** The start is stopped because of these. */
    static final class UnknownKeysFound extends RuntimeException {

        private final transient List<Unknown> keys;

        UnknownKeysFound(List<Unknown> keys) {
            super("Unknown keys: " + keys);
            this.keys = List.copyOf(keys);
        }
    }

    /** Says it to whoever starts the gateway. */
    static final class Analyzer extends AbstractFailureAnalyzer<UnknownKeysFound> {

        @Override
        protected FailureAnalysis analyze(Throwable root, UnknownKeysFound cause) {
            String description = cause.keys.stream()
                    .map(key -> "'%s' is not a key of the gateway (%s)".formatted(key.name, key.place))
                    .collect(Collectors.joining(System.lineSeparator()));
            String action = cause.keys.stream()
                    .map(key ->
                            "Write '%s', if that is what was meant, or remove '%s'.".formatted(key.nearest, key.name))
                    .collect(Collectors.joining(System.lineSeparator()));
            return new FailureAnalysis(description, action, cause);
        }
    }

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("understudy");

    // Kubernetes sets these in every pod beside a service named understudy.
    private static final Pattern OF_A_SERVICE = Pattern.compile("understudy\\.(service|port)(\\..*)?");

    private static final Set<String> KNOWN =
            Keys.all().stream().map(UnknownKeys::folded).collect(Collectors.toSet());

    // After all sources are there.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        List<Unknown> unknown = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names) {
                names.stream()
                        .filter(PREFIX::isAncestorOf)
                        .map(name -> unknown(name, names))
                        .forEach(key -> {
                            if (key != null) {
                                unknown.add(key);
                            }
                        });
            }
        }
        if (!unknown.isEmpty()) {
            throw new UnknownKeysFound(unknown);
        }
    }

    private static @Nullable Unknown unknown(ConfigurationPropertyName name, ConfigurationPropertySource source) {
        String text = name.toString();
        boolean environment = String.valueOf(source.getUnderlyingSource()).contains("systemEnvironment");
        if (KNOWN.contains(folded(text))
                || (environment && OF_A_SERVICE.matcher(text).matches())) {
            return null;
        }
        ConfigurationProperty property = source.getConfigurationProperty(name);
        Object origin = property == null || property.getOrigin() == null ? "no place known" : property.getOrigin();
        return new Unknown(text, String.valueOf(origin), Keys.nearest(text));
    }

    // The environment has neither dashes nor, for lists, brackets; a list may also be one value with commas.
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT)
                .replaceAll("\\[\\d*]", "")
                .replaceAll("\\.\\d+(?=\\.|$)", "")
                .replaceAll("[.\\-]", "");
    }
}
