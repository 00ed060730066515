package dev.understudy.testkit;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** What tests deploy at one of several gateways, and how they ask the others for it. The user is anna, with the password x. */
public final class Deployed {

    private Deployed() {}

    /** An open API at the path of its name, with one operation at {@code /thing}. */
    public static String document(String name, RawEndpoint... endpoints) {
        return """
                openapi: 3.0.3
                info: {title: %1$s, version: '1'}
                x-wso2-basePath: /%1$s
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {urls: %2$s, type: failover}
                paths:
                  /thing: {get: {responses: {'200': {description: OK}}}}
                """.formatted(
                name, Stream.of(endpoints).map(each -> "'" + each.url() + "'").toList());
    }

    public static AdminCaller admin(RunningGateway gateway) throws IOException {
        return AdminCaller.of(gateway.adminPort(), TlsClient.basic("anna", "x"));
    }

    public static RawMessage put(RunningGateway gateway, String id, String document) throws IOException {
        return admin(gateway).put("/api/v1/apis/" + id, "application/yaml", document);
    }

    /** @param endpoint its id */
    public static RawMessage override(RunningGateway gateway, String endpoint, String body) throws IOException {
        return admin(gateway).put("/api/v1/endpoints/" + endpoint + "/override", "application/json", body);
    }

    public static String idOf(RawEndpoint endpoint, RunningGateway gateway) throws IOException {
        List<String> ids = JsonPath.read(
                admin(gateway).get("/api/v1/endpoints").text(), "$.endpoints[?(@.url=='" + endpoint.url() + "')].id");
        return ids.get(0);
    }

    public static RawMessage get(RunningGateway gateway, String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
}
