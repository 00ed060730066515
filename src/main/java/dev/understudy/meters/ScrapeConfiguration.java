package dev.understudy.meters;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.context.annotation.Bean;

/** Looked at after those of Spring Boot, since there is nothing to write where a user has set Prometheus aside. */
@AutoConfiguration(after = PrometheusMetricsExportAutoConfiguration.class)
class ScrapeConfiguration {

    @Bean
    @ConditionalOnBean(PrometheusScrapeEndpoint.class)
    BackgroundScrape backgroundScrape(PrometheusScrapeEndpoint endpoint) {
        return new BackgroundScrape(endpoint);
    }
}
