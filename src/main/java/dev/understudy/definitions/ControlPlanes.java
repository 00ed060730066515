package dev.understudy.definitions;

import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.ControlPlane;
import dev.understudy.store.ControlPlaneStore;
import dev.understudy.store.HttpControlPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** The way to the control planes that this gateway follows. */
final class ControlPlanes {

    // One for all that is asked; another one while the first is on its way out.
    private static final int CONNECTIONS = 2;

    private ControlPlanes() {}

    /** @throws InvalidConfigurationPropertyValueException if there is no bundle of this name */
    static ControlPlaneStore store(
            UnderstudyProperties.ControlPlane settings,
            Path directory,
            LoopResources loops,
            ObjectProvider<SslBundles> bundles) {
        ConnectionProvider connections = ConnectionProvider.builder("control-plane")
                .maxConnections(CONNECTIONS)
                .build();
        @Nullable TrustManagerFactory trusted = trusted(settings, bundles);
        List<ControlPlane> planes = settings.urls().stream()
                .<ControlPlane>map(url -> new HttpControlPlane(
                        url,
                        Objects.requireNonNull(settings.username()),
                        Objects.requireNonNull(settings.password()),
                        trusted,
                        connections,
                        loops))
                .toList();
        return new ControlPlaneStore(planes, directory, connections::dispose);
    }

    private static @Nullable TrustManagerFactory trusted(
            UnderstudyProperties.ControlPlane settings, ObjectProvider<SslBundles> bundles) {
        String name = settings.sslBundle();
        if (name == null) {
            return null;
        }
        try {
            return bundles.getObject().getBundle(name).getManagers().getTrustManagerFactory();
        } catch (NoSuchSslBundleException e) {
            throw new InvalidConfigurationPropertyValueException(
                    "understudy.control-plane.ssl-bundle",
                    name,
                    "no bundle has this name (expected: one under spring.ssl.bundle)");
        }
    }
}
