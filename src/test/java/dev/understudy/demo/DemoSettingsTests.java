package dev.understudy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.settings.UnderstudyProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class DemoSettingsTests {

    private final StandardEnvironment environment = new StandardEnvironment();

    @BeforeEach
    void empty() {
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.setActiveProfiles("demo");
    }

    @Test
    void nothingIsAddedInOtherProfiles() {
        environment.setActiveProfiles("other");
        addSettings();
        assertThat(environment.getPropertySources().stream().map(source -> source.getName()))
                .doesNotContain("understudy-demo");
    }

    @Test
    void theIssuerOfTheDemoIsTheOnlyOneWhereThereIsNoOther() {
        addSettings();
        assertThat(issuers()).singleElement().satisfies(issuer -> {
            assertThat(issuer.issuer()).isEqualTo("https://localhost:9095/testkey");
            assertThat(issuer.audiences()).containsExactly("http://org.wso2.apimgt/gateway");
        });
    }

    @Test
    void theIssuersThatAreInEffectStayInEffectAsTheyWere() {
        environment
                .getPropertySources()
                .addLast(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of(
                                "UNDERSTUDY_SECURITY_ISSUERS_0_ISSUER", "https://a.example",
                                "UNDERSTUDY_SECURITY_ISSUERS_0_JWKSETURI", "${keys}/a",
                                "UNDERSTUDY_SECURITY_ISSUERS_0_AUDIENCES_0", "x",
                                "UNDERSTUDY_SECURITY_ISSUERS_0_AUDIENCES_1", "y",
                                "UNDERSTUDY_SECURITY_ISSUERS_1_ISSUER", "https://b.example")));
        addLast(
                "file",
                Map.of(
                        "keys", "https://keys.example",
                        "understudy.security.issuers[0].issuer", "https://hidden.example",
                        "understudy.security.issuers[2].issuer", "https://hidden.example"));
        addSettings();
        assertThat(issuers())
                .extracting(UnderstudyProperties.Issuer::issuer)
                .containsExactly("https://a.example", "https://b.example", "https://localhost:9095/testkey");
        assertThat(issuers().get(0).jwkSetUri()).isEqualTo("https://keys.example/a");
        assertThat(issuers().get(0).audiences()).containsExactly("x", "y");
    }

    @Test
    void theEndIsWithoutDelayUnlessOneIsSet() {
        addSettings();
        assertThat(delay()).isZero();
    }

    @Test
    void aDelayThatIsSetStays() {
        addLast("file", Map.of("understudy.shutdown.delay", "7s"));
        addSettings();
        assertThat(delay()).isEqualTo(Duration.ofSeconds(7));
    }

    private void addLast(String name, Map<String, Object> properties) {
        environment.getPropertySources().addLast(new MapPropertySource(name, properties));
    }

    private void addSettings() {
        ConfigurationPropertySources.attach(environment);
        new DemoSettings(new DefaultBootstrapContext()).postProcessEnvironment(environment, new SpringApplication());
    }

    private List<UnderstudyProperties.Issuer> issuers() {
        return bound().security().issuers();
    }

    private Duration delay() {
        return bound().shutdown().delay();
    }

    private UnderstudyProperties bound() {
        return Binder.get(environment).bindOrCreate("understudy", UnderstudyProperties.class);
    }
}
