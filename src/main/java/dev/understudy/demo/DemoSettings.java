package dev.understudy.demo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Profiles;

/**
 * What the demo profile adds to the configuration: the issuer of its tokens, behind those that are there already, and an
 * end without delay. Makes the key, and hands it to the context as a bean.
 */
final class DemoSettings implements EnvironmentPostProcessor, Ordered {

    static final String PROFILE = "demo";

    private static final ConfigurationPropertyName ISSUERS =
            ConfigurationPropertyName.of("understudy.security.issuers");

    // Whoever tries the demo ends it with Ctrl-C, and waits.
    private static final List<String> AT_ONCE =
            List.of("understudy.shutdown.delay", "spring.reactor.netty.shutdown-quiet-period");

    private final ConfigurableBootstrapContext bootstrap;

    DemoSettings(ConfigurableBootstrapContext bootstrap) {
        this.bootstrap = bootstrap;
    }

    // After all sources are there, and before UnknownKeys looks at them.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!environment.acceptsProfiles(Profiles.of(PROFILE))) {
            return;
        }
        SigningKey key = SigningKey.make();
        Map<String, Object> added = issuersWith(key, environment);
        AT_ONCE.stream().filter(name -> !environment.containsProperty(name)).forEach(name -> added.put(name, "0s"));
        environment.getPropertySources().addFirst(new OriginTrackedMapPropertySource("understudy-demo", added, true));
        bootstrap.addCloseListener(
                event -> event.getApplicationContext().getBeanFactory().registerSingleton("demoSigningKey", key));
    }

    // A list is bound from one source only, the first that has it. So the whole of it is repeated here.
    private static Map<String, Object> issuersWith(SigningKey key, ConfigurableEnvironment environment) {
        Map<String, Object> issuers = new LinkedHashMap<>();
        for (ConfigurationProperty property : configured(environment)) {
            issuers.put(
                    property.getName().toString(), OriginTrackedValue.of(property.getValue(), property.getOrigin()));
        }
        int index = 0;
        while (has(issuers, index)) {
            index++;
        }
        String next = element(index).toString();
        issuers.put(next + ".issuer", TestTokens.ISSUER);
        issuers.put(next + ".audiences[0]", TestTokens.AUDIENCE);
        issuers.put(next + ".public-key-location", "base64:" + base64(key.publicPem()));
        return issuers;
    }

    private static List<ConfigurationProperty> configured(ConfigurableEnvironment environment) {
        return StreamSupport.stream(
                        ConfigurationPropertySources.get(environment).spliterator(), false)
                .filter(IterableConfigurationPropertySource.class::isInstance)
                .map(IterableConfigurationPropertySource.class::cast)
                .filter(source -> source.stream().anyMatch(element(0)::isAncestorOf))
                .findFirst()
                .map(DemoSettings::properties)
                .orElse(List.of());
    }

    private static List<ConfigurationProperty> properties(IterableConfigurationPropertySource source) {
        return source.stream()
                .filter(ISSUERS::isAncestorOf)
                .distinct()
                .map(source::getConfigurationProperty)
                .filter(property -> property != null)
                .toList();
    }

    private static boolean has(Map<String, Object> issuers, int index) {
        return issuers.keySet().stream().map(ConfigurationPropertyName::of).anyMatch(element(index)::isAncestorOf);
    }

    private static ConfigurationPropertyName element(int index) {
        return ISSUERS.append("[" + index + "]");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
