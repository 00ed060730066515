package dev.understudy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** Holds application.yml, in which a comment begins with {@code "# "} and a setting that is off with {@code #} alone. */
class SampleConfigurationTests {

    private final StandardEnvironment environment = new StandardEnvironment();

    @Test
    void setsNothingAsItIs() throws IOException {
        assertThat(load(sample())).isEmpty();
    }

    @Test
    void hasOnlyKeysThatThereAre() throws IOException {
        load(everythingOn()).forEach(environment.getPropertySources()::addFirst);
        assertThatCode(() -> new UnknownKeys().postProcessEnvironment(environment, new SpringApplication()))
                .doesNotThrowAnyException();
        assertThat(bind("understudy", UnderstudyProperties.class)).isTrue();
        assertThat(bind("server", ServerProperties.class)).isTrue();
        assertThat(bind("management.server", ManagementServerProperties.class)).isTrue();
    }

    @Test
    void showsDefaultsExceptWhereItSaysThatItIsAnExample() throws IOException {
        StandardEnvironment defaults = new StandardEnvironment();
        UnderstudyProperties without = Binder.get(defaults).bindOrCreate("understudy", UnderstudyProperties.class);
        load(everythingOn()).forEach(environment.getPropertySources()::addFirst);
        UnderstudyProperties with = Binder.get(environment).bindOrCreate("understudy", UnderstudyProperties.class);
        assertThat(with)
                .usingRecursiveComparison()
                .ignoringFields(
                        "security.issuers",
                        "trustedProxies",
                        "admin.users",
                        "secrets",
                        "failover.suspendAtRate",
                        "failover.probe.path")
                .isEqualTo(without);
    }

    private boolean bind(String prefix, Class<?> type) {
        NoUnboundElementsBindHandler nothingLeft = new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
        return Binder.get(environment)
                .bind(prefix, Bindable.of(type), nothingLeft)
                .isBound();
    }

    private static String sample() throws IOException {
        return Files.readString(Path.of("application.yml"));
    }

    private static String everythingOn() throws IOException {
        return sample().replaceAll("(?m)^# \\S.*$", "").replaceAll("(?m)^#", "");
    }

    private static List<PropertySource<?>> load(String yaml) throws IOException {
        return new YamlPropertySourceLoader()
                .load("sample", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static Set<String> names(String yaml) throws IOException {
        Set<String> names = new HashSet<>();
        for (PropertySource<?> source : load(yaml)) {
            names.addAll(Set.of(((EnumerablePropertySource<?>) source).getPropertyNames()));
        }
        return names;
    }
}
