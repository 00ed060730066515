package dev.understudy;

import dev.understudy.cli.Commands;
import io.netty.util.ResourceLeakDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.thymeleaf.autoconfigure.ThymeleafAutoConfiguration;
import reactor.netty.ReactorNetty;

/**
 * Starts the gateway, or does one command of the jar. The templates are those of the console, which has an engine of its own on
 * the admin listener.
 */
@SpringBootApplication(exclude = ThymeleafAutoConfiguration.class)
@ConfigurationPropertiesScan
public class UnderstudyApplication {

    private static final String LEAKS = "io.netty.leakDetection.level";

    public static void main(String[] args) {
        if (Commands.areMeantBy(args)) {
            System.exit(Commands.run(args));
        }
        oneEventLoopForEachCore();
        noSearchForLeaks();
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
}
