package dev.understudy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.thymeleaf.autoconfigure.ThymeleafAutoConfiguration;

/** Starts the gateway. The templates are those of the console, which has an engine of its own on the admin listener. */
@SpringBootApplication(exclude = ThymeleafAutoConfiguration.class)
@ConfigurationPropertiesScan
public class UnderstudyApplication {

    public static void main(String[] args) {
        SpringApplication.run(UnderstudyApplication.class, args);
    }
}
