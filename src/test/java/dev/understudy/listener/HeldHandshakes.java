package dev.understudy.listener;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/** A certificate whose handshakes stop, in the thread that makes them, until they are let go. */
final class HeldHandshakes extends X509ExtendedKeyManager implements SslBundleRegistrar {

    static final String BUNDLE = "held";

    private final KeyStore store = SelfSignedCertificate.keyStore();
    private final BlockingQueue<Thread> threads = new ArrayBlockingQueue<>(10);
    private final CountDownLatch go = new CountDownLatch(1);

    /** Waits for a handshake. @return the one that makes it */
    Thread thread() throws InterruptedException {
        Thread thread = threads.poll(10, TimeUnit.SECONDS);
        if (thread == null) {
            throw new AssertionError("no handshake");
        }
        return thread;
    }

    void letGo() {
        go.countDown();
    }

    X509Certificate certificate() throws Exception {
        return (X509Certificate) store.getCertificate(SelfSignedCertificate.ALIAS);
    }

    @Override
    public void registerBundles(SslBundleRegistry registry) {
        SslStoreBundle stores = SslStoreBundle.of(store, "", SelfSignedCertificate.trustStore());
        SslBundleKey key = SslBundleKey.of("", SelfSignedCertificate.ALIAS);
        SslManagerBundle theirs = SslManagerBundle.from(stores, key);
        SslManagerBundle ours = new SslManagerBundle() {

            @Override
            public KeyManagerFactory getKeyManagerFactory() {
                return new Factory(HeldHandshakes.this);
            }

            @Override
            public TrustManagerFactory getTrustManagerFactory() {
                return theirs.getTrustManagerFactory();
            }
        };
        registry.registerBundle(BUNDLE, SslBundle.of(stores, key, SslOptions.NONE, "TLS", ours));
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        threads.add(Thread.currentThread());
        try {
            if (!go.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("never let go");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return SelfSignedCertificate.ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        try {
            return new X509Certificate[] {certificate()};
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        try {
            return (PrivateKey) store.getKey(alias, new char[0]);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {SelfSignedCertificate.ALIAS};
    }

    @Override
    public String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return SelfSignedCertificate.ALIAS;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    private static final class Factory extends KeyManagerFactory {

        Factory(KeyManager keys) {
            super(
                    new KeyManagerFactorySpi() {

                        @Override
                        protected void engineInit(KeyStore store, char[] password) {}

                        @Override
                        protected void engineInit(ManagerFactoryParameters parameters) {}

                        @Override
                        protected KeyManager[] engineGetKeyManagers() {
                            return new KeyManager[] {keys};
                        }
                    },
                    new Provider("held", "1", "") {},
                    "held");
        }
    }
}
