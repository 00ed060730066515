package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.Multipart;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of {@code apictl mg}, byte for byte as its 4.x versions send them with Go's HTTP client: the order of the
 * headers, the form of the multipart, and parameters that nobody gave, which it sends empty.
 */
class ApictlTests {

    private static final String BASE = "/api/mgw/adapter/0.1";
    private static final String AGENT = "User-Agent: go-resty/2.7.0 (https://github.com/go-resty/resty)\r\n";
    private static final String GZIP = "Accept-Encoding: gzip\r\n";

    private final RawEndpoint endpoint = RawEndpoint.answering(200, "pets");
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        gateway = RunningGateway.with(
                "understudy.admin.users[0].username=admin", "understudy.admin.users[0].password={noop}CANARY-admin");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        endpoint.close();
    }

    @Test
    void itsCommandsAreAnsweredAsItExpects() throws IOException {
        byte[] zip = ApiProjects.zip("PetStore", ApiProjects.initialized(endpoint.url()));
        String token = login();

        RawMessage deployed = deploy(token, "", zip);
        assertThat(deployed.firstLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(deployed.header("Content-Type")).hasValue("application/json");
        assertThat(JsonPath.<String>read(deployed.text(), "$.action")).isEqualTo("deployed");
        assertThat(JsonPath.<String>read(deployed.text(), "$.info"))
                .startsWith("PetStore 1.0.0 is served on localhost at /petstore/1.0.0: revision 1, operations 1");
        assertThat(pets()).isEqualTo("pets");

        RawMessage list = list(token, "?limit=25&query=");
        assertThat(list.firstLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(list.text())
                .isEqualTo("{\"total\":1,\"count\":1,\"list\":[{\"apiName\":\"PetStore\",\"version\":\"1.0.0\","
                        + "\"apiType\":\"HTTP\",\"context\":\"/petstore/1.0.0\",\"gateway-envs\":[\"Default\"],"
                        + "\"vhost\":\"localhost\"}]}");
        assertThat(list(token, "?limit=100&query=type%3Ahttp").text()).isEqualTo(list.text());

        assertThat(deploy(token, "", zip).firstLine()).isEqualTo("HTTP/1.1 409 Conflict");
        assertThat(deploy(token, "?override=true", zip).firstLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(deploy(token, "?overwrite=true", zip).firstLine()).isEqualTo("HTTP/1.1 200 OK");

        RawMessage undeployed = undeploy(token, "?apiName=PetStore&environments=&version=1.0.0&vhost=");
        assertThat(undeployed.firstLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(undeployed.text())
                .isEqualTo("{\"action\":\"undeployed\",\"info\":\"PetStore 1.0.0 is taken from localhost\"}");
        assertThat(pets()).contains("\"status\":404");
        assertThat(undeploy(token, "?apiName=PetStore&environments=&version=1.0.0&vhost=")
                        .firstLine())
                .isEqualTo("HTTP/1.1 404 Not Found");
        assertThat(list(token, "?limit=25&query=").text()).isEqualTo("{\"total\":0,\"count\":0,\"list\":[]}");
    }

    /** It joins its arguments and what was given with {@code --gateway-env}, also where that was not given. */
    @Test
    void namesOfEnvironmentsComeWithSpacesAndAnEmptyOneAtTheEnd() throws IOException {
        byte[] zip = ApiProjects.zip(
                "PetStore",
                ApiProjects.at(
                        ApiProjects.initialized(endpoint.url()),
                        "localhost Default",
                        "localhost Production and Sandbox",
                        "localhost Label1"));
        String token = login();
        assertThat(deploy(token, "", zip).status()).isEqualTo(200);
        String query =
                "?apiName=PetStore&environments=Production+and+Sandbox%3ALabel1%3A&version=1.0.0&vhost=localhost";
        assertThat(undeploy(token, query).status()).isEqualTo(200);
        assertThat(JsonPath.<Object>read(list(token, "?limit=25&query=").text(), "$.list[*].gateway-envs[*]"))
                .asString()
                .isEqualTo("[\"Default\"]");
        assertThat(undeploy(token, query).status()).isEqualTo(404);
    }

    @Test
    void aProjectThatTheZipProgramPackedIsServed(@TempDir Path work) throws Exception {
        Assumptions.assumeTrue(isThere("zip"), "no program zip");
        ApiProjects.write(work.resolve("PetStore"), ApiProjects.initialized(endpoint.url()));
        Process zip = new ProcessBuilder("zip", "-qr", "project.zip", "PetStore")
                .directory(work.toFile())
                .inheritIO()
                .start();
        assertThat(zip.waitFor(20, TimeUnit.SECONDS)).isTrue();
        byte[] project = Files.readAllBytes(work.resolve("project.zip"));
        assertThat(deploy(login(), "", project).status()).isEqualTo(200);
        assertThat(pets()).isEqualTo("pets");
    }

    private String pets() throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET /petstore/1.0.0/pets HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .text();
    }

    private String login() throws IOException {
        String body = "{\"password\":\"CANARY-admin\",\"username\":\"admin\"}";
        RawMessage answer = send("POST " + BASE + "/oauth2/token HTTP/1.1\r\n" + host() + AGENT + "Content-Length: "
                + body.length() + "\r\nContent-Type: application/json\r\n" + GZIP + "\r\n" + body);
        assertThat(answer.status()).isEqualTo(200);
        return JsonPath.read(answer.text(), "$.accessToken");
    }

    private RawMessage deploy(String token, String query, byte[] zip) throws IOException {
        byte[] body = Multipart.project(zip);
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            return caller.send("POST " + BASE + "/apis" + query + " HTTP/1.1\r\n" + host() + AGENT
                            + "Content-Length: " + body.length
                            + "\r\nAccept: application/json\r\nAuthorization: Bearer " + token
                            + "\r\nConnection: keep-alive\r\nContent-Type: multipart/form-data; boundary="
                            + Multipart.BOUNDARY + "\r\n" + GZIP + "\r\n")
                    .send(body)
                    .read();
        }
    }

    private RawMessage list(String token, String query) throws IOException {
        return send("GET " + BASE + "/apis" + query + " HTTP/1.1\r\n" + host() + AGENT + "Authorization: Bearer "
                + token + "\r\n" + GZIP + "\r\n");
    }

    private RawMessage undeploy(String token, String query) throws IOException {
        return send("DELETE " + BASE + "/apis" + query + " HTTP/1.1\r\n" + host() + AGENT + "Authorization: Bearer "
                + token + "\r\n" + GZIP + "\r\n");
    }

    private RawMessage send(String request) throws IOException {
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            return caller.send(request).read();
        }
    }

    private String host() {
        return "Host: localhost:" + gateway.adminPort() + "\r\n";
    }

    private static boolean isThere(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
