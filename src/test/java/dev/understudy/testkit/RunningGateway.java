package dev.understudy.testkit;

import dev.understudy.UnderstudyApplication;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.listener.PlainListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole program, on ports of its own, with an empty folder of APIs. */
public final class RunningGateway implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final Path folder;

    private RunningGateway(ConfigurableApplicationContext context, Path folder) {
        this.context = context;
        this.folder = folder;
    }

    /** @param properties written {@code key=value}; later ones win */
    public static RunningGateway with(String... properties) {
        try {
            Path folder = Files.createTempDirectory("apis");
            Map<String, String> keys = new LinkedHashMap<>(Map.of(
                    "server.port", "0",
                    "understudy.http.port", "0",
                    "management.server.port", "0",
                    "understudy.shutdown.delay", "0s",
                    "understudy.apis.directory", folder.toString()));
            for (String property : properties) {
                String[] parts = property.split("=", 2);
                keys.put(parts[0], parts[1]);
            }
            String[] arguments = keys.entrySet().stream()
                    .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                    .toArray(String[]::new);
            return new RunningGateway(new SpringApplicationBuilder(UnderstudyApplication.class).run(arguments), folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
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

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public void serve(Api... apis) {
        for (Api api : apis) {
            Map<String, String> refused = bean(ApiCatalog.class).publish("test", Map.of(api.name(), api), Set.of());
            if (!refused.isEmpty()) {
                throw new IllegalStateException(refused.toString());
            }
        }
    }

    @Override
    public void close() {
        context.close();
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int port(String name) {
        return context.getEnvironment().getRequiredProperty(name, Integer.class);
    }
}
