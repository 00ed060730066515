import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;

/**
 * Spring Cloud Gateway as its documentation has it: a route for each operation, and Spring Security's resource server before
 * it. Nothing is on that Understudy has and this one has not: no access log, no meters, no second endpoint.
 *
 * <p>Arguments: {@code --server.port}, {@code --operations}, {@code --endpoint} (a URL), and
 * {@code --spring.security.oauth2.resourceserver.jwt.public-key-location}.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PlainGateway {

    public static void main(String[] args) {
        SpringApplication.run(PlainGateway.class, args);
    }

    @Bean
    SecurityWebFilterChain security(ServerHttpSecurity http) {
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .build();
    }

    @Bean
    RouteLocator routes(
            RouteLocatorBuilder routes,
            @Value("${operations}") int operations,
            @Value("${endpoint}") String endpoint) {
        RouteLocatorBuilder.Builder all = routes.routes();
        for (int i = 0; i < operations; i++) {
            String path = "/api" + i / 100 + "/v1/thing" + i % 100 + "/{id}/part";
            all.route("operation" + i, route -> route.method(HttpMethod.GET).and().path(path).uri(endpoint));
        }
        return all.build();
    }
}
