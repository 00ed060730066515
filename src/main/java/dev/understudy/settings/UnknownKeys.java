package dev.understudy.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
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

    // Kubernetes sets these in every pod beside a service whose name is, or starts with, understudy.
    private static final Pattern OF_A_SERVICE = Pattern.compile(
            "understudy(\\..+)?\\.(service\\.(host|port(\\..+)?)|port\\[\\d+]\\.(tcp|udp|sctp)(\\..+)?)");
    private static final Pattern PORT_OF_A_SERVICE = Pattern.compile("understudy(\\..+)?\\.port=(tcp|udp|sctp)://.*");

    // A machine from which somebody asks gateways may have one of its own.
    private static final Set<String> OF_THE_COMMANDS =
            Set.of("understudy.url", "understudy.user", "understudy.password", "understudy.token");

    private static final Set<String> KNOWN =
            Keys.all().stream().flatMap(UnknownKeys::spellings).collect(Collectors.toSet());

    // The environment has no dashes, so that each dot there may be one.
    private static final Set<String> KNOWN_WITHOUT_DOTS =
            KNOWN.stream().map(name -> name.replace(".", "")).collect(Collectors.toSet());

    private static final Set<String> SECTIONS = KNOWN.stream()
            .flatMap(name -> IntStream.range(0, name.length())
                    .filter(i -> name.charAt(i) == '.' || name.charAt(i) == '[')
                    .mapToObj(i -> name.substring(0, i)))
            .collect(Collectors.toSet());

    // After all sources are there.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        refuse(environment);
    }

    /** @throws UnknownKeysFound if there are any */
    static void refuse(ConfigurableEnvironment environment) {
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
        ConfigurationProperty property = source.getConfigurationProperty(name);
        String value = property == null ? "" : String.valueOf(property.getValue());
        boolean environment = String.valueOf(source.getUnderlyingSource()).contains("systemEnvironment");
        String dotted = folded(name);
        if (KNOWN.contains(dotted)
                || (value.isEmpty() && SECTIONS.contains(dotted))
                || (environment && isOfTheEnvironment(name, dotted, value))) {
            return null;
        }
        Object origin = property == null || property.getOrigin() == null ? "no place known" : property.getOrigin();
        return new Unknown(name.toString(), String.valueOf(origin), Keys.nearest(name.toString()));
    }

    private static boolean isOfTheEnvironment(ConfigurationPropertyName name, String dotted, String value) {
        return KNOWN_WITHOUT_DOTS.contains(dotted.replace(".", ""))
                || OF_THE_COMMANDS.contains(dotted)
                || OF_A_SERVICE.matcher(name.toString()).matches()
                || PORT_OF_A_SERVICE.matcher(name + "=" + value).matches();
    }

    // A list of plain values may also be one value with commas.
    private static Stream<String> spellings(String key) {
        String name = key.replace("-", "");
        return name.endsWith("[]") ? Stream.of(name, name.substring(0, name.length() - 2)) : Stream.of(name);
    }

    /** In lower case, without dashes and underscores, each index written {@code []}. */
    private static String folded(ConfigurationPropertyName name) {
        StringBuilder folded = new StringBuilder();
        for (int i = 0; i < name.getNumberOfElements(); i++) {
            if (name.isNumericIndex(i)) {
                folded.append("[]");
            } else {
                folded.append(i == 0 ? "" : ".").append(name.getElement(i, Form.UNIFORM));
            }
        }
        return folded.toString();
    }
}
