package dev.understudy.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;

/**
 * How this process reaches its own traffic listener, as one of its callers: that of TLS, unless it asks callers for a
 * certificate, which this one has not; then the plain one, if that is on. Safe for use by many threads; never waits.
 */
public final class OwnListener {

    /** @param shows empty: the listener is one in plain text; else what it shows, of which it has to be one */
    public record Way(InetSocketAddress address, Optional<OwnCertificates> shows) {}

    private final ServerProperties server;
    private final PlainListener plain;
    private final Environment environment;
    private final Supplier<SslBundle> keys;

    OwnListener(ServerProperties server, PlainListener plain, Environment environment, SslBundles bundles) {
        this.server = server;
        this.plain = plain;
        this.environment = environment;
        this.keys = keys(server.getSsl(), bundles);
    }

    /** Whether there is one: a control plane has none. Not before the listeners are open. */
    public boolean isOpen() {
        return port() > 0;
    }

    /** Not before the listeners are open, and where there are any. */
    public Way way() {
        Ssl ssl = server.getSsl();
        boolean tls = ssl == null || ssl.isEnabled();
        boolean asks = tls && ssl != null && ssl.getClientAuth() == Ssl.ClientAuth.NEED;
        if (asks && plain.port() > 0) {
            return new Way(address(plain.port()), Optional.empty());
        }
        return new Way(address(port()), tls ? Optional.of(new OwnCertificates(shown())) : Optional.empty());
    }

    // Files that are no bundle are read by the listener once, and so are they here; bundles follow what they are made
    // of.
    private static Supplier<SslBundle> keys(@Nullable Ssl ssl, SslBundles bundles) {
        if (ssl == null) {
            return () -> bundles.getBundle(ListenerConfiguration.SELF_SIGNED);
        }
        if (!ssl.isEnabled() || ssl.getBundle() != null) {
            return () -> WebServerSslBundle.get(ssl, bundles);
        }
        SslBundle read = WebServerSslBundle.get(ssl, bundles);
        return () -> read;
    }

    private int port() {
        return environment.getRequiredProperty("local.server.port", Integer.class);
    }

    private InetSocketAddress address(int port) {
        InetAddress bound = server.getAddress();
        return new InetSocketAddress(
                bound == null || bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound, port);
    }

    /** Those that stand beside a private key: one of them is what the listener shows. */
    private List<X509Certificate> shown() {
        KeyStore store = keys.get().getStores().getKeyStore();
        List<X509Certificate> shown = new ArrayList<>();
        if (store == null) {
            return shown;
        }
        try {
            for (String alias : Collections.list(store.aliases())) {
                Certificate certificate = store.getCertificate(alias);
                if (store.isKeyEntry(alias) && certificate instanceof X509Certificate own) {
                    shown.add(own);
                }
            }
            return shown;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key store in use is one that is loaded", e);
        }
    }
}
