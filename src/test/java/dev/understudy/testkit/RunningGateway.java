package dev.understudy.testkit;

import dev.understudy.UnderstudyApplication;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.listener.PlainListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

/** The whole program in this process, on ports that the system picks, with a folder of APIs of its own. */
public final class RunningGateway implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final Path home;
    private final Path folder;

    private RunningGateway(ConfigurableApplicationContext context, Path home, Path folder) {
        this.context = context;
        this.home = home;
        this.folder = folder;
    }

    /** @param properties written {@code key=value}; later ones win */
    public static RunningGateway with(String... properties) {
        return serving(Map.of(), properties);
    }

    /** @param documents by the name of the file, there before the start */
    public static RunningGateway serving(Map<String, String> documents, String... properties) {
        return withBeans(List.of(), documents, properties);
    }

    /** @param beans classes of beans that a user would add */
    public static RunningGateway withBeans(List<Class<?>> beans, Map<String, String> documents, String... properties) {
        try {
            Path home = Files.createTempDirectory("gateway");
            Path folder = Files.createDirectory(home.resolve("apis"));
            for (Map.Entry<String, String> document : documents.entrySet()) {
                Files.writeString(folder.resolve(document.getKey()), document.getValue());
            }
            Map<String, String> all = new LinkedHashMap<>(Map.of(
                    "server.port", "0",
                    "understudy.http.port", "0",
                    "management.server.port", "0",
                    "understudy.shutdown.delay", "0s",
                    "understudy.access-log", "off",
                    "understudy.apis.directory", folder.toString(),
                    "understudy.store.directory", home.resolve("data").toString()));
            for (String property : properties) {
                int equals = property.indexOf('=');
                all.put(property.substring(0, equals), property.substring(equals + 1));
            }
            List<Class<?>> sources = new ArrayList<>(beans);
            sources.add(0, UnderstudyApplication.class);
            ConfigurableApplicationContext context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                    .initializers(RunningGateway::giveResources)
                    .run(all.entrySet().stream()
                            .map(argument -> "--" + argument.getKey() + "=" + argument.getValue())
                            .toArray(String[]::new));
            return new RunningGateway(context, home, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Event loops of its own: those of the process would end with the first gateway that does, and the others with them. */
    public static void giveResources(ConfigurableApplicationContext context) {
        ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class, () -> {
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            resources.setShutdownQuietPeriod(Duration.ZERO);
            return resources;
        });
    }

    public int plainPort() {
        return bean(PlainListener.class).port();
    }

    public int tlsPort() {
        return port("local.server.port");
    }

    public int adminPort() {
        return port("local.management.port");
    }

    public String property(String name) {
        return context.getEnvironment().getRequiredProperty(name);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** What all beans are called. */
    public List<String> beans() {
        return List.of(context.getBeanDefinitionNames());
    }

    public Path folder() {
        return folder;
    }

    /** Puts a document into the folder, in one step, as a careful writer would. */
    public void write(String name, String document) {
        try {
            Path written = Files.writeString(folder.resolve("." + name), document);
            Files.move(written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands APIs to the catalog as values, without a document. */
    public void serve(Api... apis) {
        for (Api api : apis) {
            Map<String, String> refused = bean(ApiCatalog.class).publish("test", Map.of(api.name(), api), Set.of());
            if (!refused.isEmpty()) {
                throw new IllegalStateException(refused.toString());
            }
        }
    }

    /** Takes one of those away again. */
    public void withdraw(String name) {
        bean(ApiCatalog.class).publish("test", Map.of(), Set.of(name));
    }

    @Override
    public void close() {
        context.close();
        if (Files.notExists(home)) {
            return;
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int port(String name) {
        return context.getEnvironment().getRequiredProperty(name, Integer.class);
    }
}
