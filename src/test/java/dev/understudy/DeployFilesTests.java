package dev.understudy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import dev.understudy.settings.UnderstudyProperties.Role;
import dev.understudy.settings.UnderstudyProperties.StoreType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Holds what stands in deploy/ for containers to what it promises, as far as that can be told without any. */
class DeployFilesTests {

    private static final Path KUBERNETES = Path.of("deploy/kubernetes");
    private static final Map<String, Object> VARIABLES = Map.of(
            "HOSTNAME", "control-plane-0",
            "ADMIN_PASSWORD", "{noop}a",
            "GATEWAY_PASSWORD", "g",
            "DATABASE_PASSWORD", "d");

    @ParameterizedTest
    @ValueSource(strings = {"deploy/compose/control-plane.yml", "deploy/kubernetes/control-plane.yml"})
    void controlPlanesHaveTheDatabaseAUserForGatewaysAndAnAdminListenerForOthers(String file) throws IOException {
        StandardEnvironment environment = environment(file);
        UnderstudyProperties properties = properties(environment);

        assertThat(properties.role()).isEqualTo(Role.CONTROL_PLANE);
        assertThat(properties.store().type()).isEqualTo(StoreType.POSTGRESQL);
        assertThat(environment.getProperty("spring.datasource.url")).startsWith("jdbc:postgresql://database/");
        assertThat(environment.getProperty("management.server.address")).isEqualTo("0.0.0.0");
        assertThat(environment.getProperty("management.server.ssl.bundle")).isEqualTo("shown");
        assertThat(environment.getProperty("spring.ssl.bundle.pem.shown.keystore.private-key"))
                .startsWith("file:");
        assertThat(properties.admin().users()).anyMatch(user -> user.roles().equals(Set.of(AdminRole.GATEWAY)));
        assertThat(properties.admin().users())
                .allMatch(user -> user.password().matches("\\{noop}[^{$]+"), "written as passwords are");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy/compose/gateway.yml", "deploy/kubernetes/gateway.yml"})
    void gatewaysFollowBothControlPlanesWithNoDatabase(String file) throws IOException {
        StandardEnvironment environment = environment(file);
        UnderstudyProperties properties = properties(environment);

        assertThat(properties.role()).isEqualTo(Role.GATEWAY);
        assertThat(properties.controlPlane().urls()).hasSize(2).allMatch(url -> url.endsWith(":9843"));
        assertThat(environment.getProperty("spring.datasource.url")).isNull();
        assertThat(environment.getProperty(
                        "spring.ssl.bundle.pem." + properties.controlPlane().sslBundle() + ".truststore.certificate"))
                .startsWith("file:");
    }

    @Test
    void theUserOfTheGatewaysIsOneOfTheControlPlanes() throws IOException {
        for (String folder : List.of("deploy/compose/", "deploy/kubernetes/")) {
            UnderstudyProperties planes = properties(environment(folder + "control-plane.yml"));
            UnderstudyProperties.ControlPlane follower =
                    properties(environment(folder + "gateway.yml")).controlPlane();
            assertThat(planes.admin().users())
                    .anyMatch(user -> user.username().equals(follower.username())
                            && user.password().equals("{noop}" + follower.password())
                            && user.roles().equals(Set.of(AdminRole.GATEWAY)));
        }
    }

    @Test
    void eachPodOfKubernetesIsNoRootWritesWhereItMayAndIsAskedHowItIs() throws IOException {
        List<Object> sets = manifests().stream()
                .filter(manifest -> List.of("StatefulSet", "Deployment").contains(manifest.get("kind")))
                .map(Object.class::cast)
                .toList();
        assertThat(sets).hasSize(3).allSatisfy(set -> {
            Map<String, Object> pod = JsonPath.read(set, "$.spec.template.spec");
            assertThat(JsonPath.<Boolean>read(pod, "$.securityContext.runAsNonRoot"))
                    .isTrue();
            assertThat(JsonPath.<Integer>read(pod, "$.securityContext.runAsUser"))
                    .isPositive();
            assertThat(pod).containsEntry("automountServiceAccountToken", false);
            assertThat(pod).containsEntry("enableServiceLinks", false);
            List<Object> containers = JsonPath.read(pod, "$.containers");
            assertThat(containers).allSatisfy(container -> {
                assertThat(JsonPath.<Boolean>read(container, "$.securityContext.readOnlyRootFilesystem"))
                        .isTrue();
                assertThat(JsonPath.<Boolean>read(container, "$.securityContext.allowPrivilegeEscalation"))
                        .isFalse();
                assertThat(JsonPath.<List<String>>read(container, "$.securityContext.capabilities.drop"))
                        .containsExactly("ALL");
                assertThat(container)
                        .asInstanceOf(MAP)
                        .containsKeys("startupProbe", "readinessProbe", "livenessProbe", "resources");
                assertThat(JsonPath.<List<String>>read(container, "$.volumeMounts[*].mountPath"))
                        .contains("/tmp");
            });
        });
    }

    @Test
    void threeGatewaysAndTwoControlPlanesAndBudgetsThatKeepSomeOfThem() throws IOException {
        assertThat(replicas("gateway")).isEqualTo(3);
        assertThat(replicas("control-plane")).isEqualTo(2);
        assertThat(budget("gateway")).isEqualTo(2);
        assertThat(budget("control-plane")).isEqualTo(1);
        // The names by which the gateways find each control plane.
        assertThat(properties(environment("deploy/kubernetes/gateway.yml"))
                        .controlPlane()
                        .urls())
                .containsExactly(
                        "https://control-plane-0.control-plane:9843", "https://control-plane-1.control-plane:9843");
    }

    @Test
    void theListOfManifestsHasEachOfThem() throws IOException {
        Map<String, Object> list =
                documents(KUBERNETES.resolve("kustomization.yaml")).get(0);
        try (Stream<Path> files = Files.list(KUBERNETES)) {
            List<String> manifests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml") && !name.equals("kustomization.yaml"))
                    .toList();
            assertThat(JsonPath.<List<String>>read(list, "$.resources")).containsExactlyInAnyOrderElementsOf(manifests);
        }
        assertThat(JsonPath.<List<String>>read(list, "$.configMapGenerator[*].files[*]"))
                .allMatch(file -> Files.exists(KUBERNETES.resolve(file.replaceFirst(".*=", ""))));
        assertThat(Files.readString(KUBERNETES.resolve("passwords.env.example")).lines())
                .extracting(line -> line.replaceFirst("=.*", ""))
                .containsExactlyInAnyOrder("DATABASE_PASSWORD", "ADMIN_PASSWORD", "GATEWAY_PASSWORD");
    }

    @Test
    void theServicesOfComposeAreNoRootAndReadOnly() throws IOException {
        Map<String, Object> compose =
                documents(Path.of("deploy/compose/docker-compose.yml")).get(0);
        Map<String, Map<String, Object>> services = JsonPath.read(compose, "$.services");
        assertThat(services).containsOnlyKeys("database", "plane-1", "plane-2", "gateway-1", "gateway-2", "gateway-3");
        services.forEach((name, service) -> {
            if (!name.equals("database")) {
                assertThat(service)
                        .as(name)
                        .containsEntry("read_only", true)
                        .containsEntry("user", "10001:10001")
                        .containsEntry("cap_drop", List.of("ALL"));
            }
        });
    }

    private static int replicas(String name) throws IOException {
        return JsonPath.read(one("StatefulSet", name), "$.spec.replicas");
    }

    private static int budget(String name) throws IOException {
        return JsonPath.read(one("PodDisruptionBudget", name), "$.spec.minAvailable");
    }

    private static Object one(String kind, String name) throws IOException {
        return manifests().stream()
                .filter(manifest -> kind.equals(manifest.get("kind"))
                        && JsonPath.<String>read(manifest, "$.metadata.name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Map<String, Object>> manifests() throws IOException {
        try (Stream<Path> files = Files.list(KUBERNETES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .flatMap(file -> documents(file).stream())
                    .toList();
        }
    }

    private static List<Map<String, Object>> documents(Path file) {
        try {
            List<Map<String, Object>> documents = new ArrayList<>();
            for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(file))) {
                @SuppressWarnings("unchecked")
                Map<String, Object> map = (Map<String, Object>) document;
                documents.add(map);
            }
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StandardEnvironment environment(String file) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("variables", VARIABLES));
        new YamlPropertySourceLoader()
                .load(file, new FileSystemResource(file))
                .forEach(environment.getPropertySources()::addLast);
        return environment;
    }

    /** Every key of the gateway is one that there is. */
    private static UnderstudyProperties properties(StandardEnvironment environment) {
        return Binder.get(environment)
                .bind(
                        "understudy",
                        Bindable.of(UnderstudyProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                .get();
    }
}
