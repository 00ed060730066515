package dev.understudy;

import dev.understudy.cli.Commands;
import dev.understudy.settings.UnderstudyProperties;
import io.netty.util.ResourceLeakDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;
import reactor.netty.ReactorNetty;

/** Starts the gateway, or does one command of the jar. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableConfigurationProperties(UnderstudyProperties.class)
@Import({Configurations.class, Parts.class})
public class UnderstudyApplication {

    private static final String LEAKS = "io.netty.leakDetection.level";
    private static final String KEY_ROUNDS = "keystore.pkcs12.keyPbeIterationCount";

    public static void main(String[] args) {
        if (Commands.areMeantBy(args)) {
            System.exit(Commands.run(args));
        }
        oneEventLoopForEachCore();
        noSearchForLeaks();
        noSlowKeysInMemory();
        SpringApplication.run(UnderstudyApplication.class, args);
    }

    // Reactor Netty makes four at least. On fewer cores they take turns, and hand requests to one another.
    private static void oneEventLoopForEachCore() {
        if (System.getProperty(ReactorNetty.IO_WORKER_COUNT) == null) {
            int cores = Runtime.getRuntime().availableProcessors();
            System.setProperty(ReactorNetty.IO_WORKER_COUNT, String.valueOf(cores));
        }
    }

    // Netty would note where each hundredth buffer was made, which is for those who develop with it.
    private static void noSearchForLeaks() {
        if (System.getProperty(LEAKS) == null) {
            System.setProperty(LEAKS, ResourceLeakDetector.Level.DISABLED.name());
        }
    }

    // Key stores are written to memory only, where the password that protects a key is the empty one. The JDK would
    // derive a key from it in ten thousand rounds, each time that one is written or read: by Netty's probing, and for
    // each certificate.
    private static void noSlowKeysInMemory() {
        if (System.getProperty(KEY_ROUNDS) == null) {
            System.setProperty(KEY_ROUNDS, "1");
        }
    }
}
