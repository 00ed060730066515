package dev.understudy;

import dev.understudy.catalog.*;
import dev.understudy.endpoint.*;
import dev.understudy.listener.PlainListener;
import dev.understudy.testkit.*;
import java.time.Duration;
import java.util.*;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.*;
import org.springframework.web.server.*;

class SmokeTests {
    static class Admit {
        @Bean
        WebFilter admit() {
            return (e, c) -> {
                e.getAttributes().put(Admission.ATTRIBUTE, new Admission(Optional.empty(), Optional.empty()));
                return c.filter(e);
            };
        }
    }

    static Operation op(String method, String path, String... urls) {
        FailoverPolicy p = new FailoverPolicy(
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Optional.empty(),
                Set.of(502, 503, 504));
        EndpointGroup g = new EndpointGroup(
                Arrays.stream(urls).map(Endpoint::parse).toList(), EndpointGroup.Type.FAILOVER, p, Optional.empty());
        return new Operation(
                method, PathTemplate.parse(path), Optional.of(g), Optional.empty(), new Access.Open(), false, false);
    }

    @Test
    void smoke() throws Exception {
        long t0 = System.nanoTime();
        ConfigurableApplicationContext ctx = new SpringApplicationBuilder(UnderstudyApplication.class, Admit.class)
                .run(
                        "--server.port=0",
                        "--understudy.http.port=0",
                        "--management.server.port=0",
                        "--understudy.shutdown.delay=0s",
                        "--spring.autoconfigure.exclude=org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration,org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration,org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
                        "--understudy.failover.expose-headers=true");
        System.out.println("START " + (System.nanoTime() - t0) / 1e9);
        int port = ctx.getBean(PlainListener.class).port();
        RawEndpoint b = RawEndpoint.answering(200, "hello");
        ctx.getBean(ApiCatalog.class)
                .publish(
                        "test",
                        Map.of(
                                "a",
                                new Api(
                                        "a",
                                        "1",
                                        "/a/1",
                                        Set.of(),
                                        "Authorization",
                                        Optional.empty(),
                                        List.of(
                                                op(
                                                        "GET",
                                                        "/menu",
                                                        "http://localhost:" + RawEndpoint.deadPort() + "/v2",
                                                        b.url() + "/v2"),
                                                op(
                                                        "POST",
                                                        "/order",
                                                        "http://localhost:" + RawEndpoint.deadPort() + "/v2",
                                                        b.url() + "/v2"),
                                                op("HEAD", "/menu", b.url())))),
                        Set.of());
        String[] rs = {
            "GET /a/1/menu?x=|{}&y=%zz&a[]=1&a=&a HTTP/1.1\r\nHost: x\r\nAccept-Language: de\r\nConnection: close, X-Gone\r\nX-Gone: 1\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n",
            "GET /a/1/menu/? HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /a/1/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "POST /a/1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
            "POST /a/1/order HTTP/1.1\r\nHost: x\r\n\r\n",
            "HEAD /a/1/menu HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /a/1/me|nu HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n",
            "DELETE /a/1/menu HTTP/1.1\r\nHost: x\r\n\r\n",
            "OPTIONS /a/1/menu HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /a/1/menu HTTP/1.1\r\n\r\n",
            "GET /webjars/x HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /actuator/health HTTP/1.1\r\nHost: x\r\n\r\n",
        };
        for (String r : rs) {
            RawMessage m = RawCaller.call(port, r);
            System.out.println("> " + r.lines().findFirst().get() + "\n  " + m.firstLine() + " " + m.headers() + " "
                    + m.text() + " " + m.complete());
        }
        for (RawMessage m : b.requests())
            System.out.println("ENDPOINT " + m.firstLine() + " " + m.headers() + " [" + m.text() + "]");
        System.out.println("ADMIN " + ctx.getEnvironment().getProperty("local.management.port"));
        ctx.close();
    }
}
