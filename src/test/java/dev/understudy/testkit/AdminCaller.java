package dev.understudy.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Calls the admin API of a gateway, each time over a connection of its own, and holds each answer to its description. */
public record AdminCaller(int port, String authorization, AdminApiDescription description) {

    /** One that has read the description. */
    public static AdminCaller of(int port, String authorization) throws IOException {
        AdminApiDescription none = new AdminApiDescription("{}");
        RawMessage document =
                new AdminCaller(port, authorization, none).unchecked("GET", "/api/v1/openapi.json", new byte[0]);
        return new AdminCaller(port, authorization, new AdminApiDescription(document.text()));
    }

    public AdminCaller as(String otherAuthorization) {
        return new AdminCaller(port, otherAuthorization, description);
    }

    /** @param headers whole lines */
    public RawMessage get(String target, String... headers) throws IOException {
        return call("GET", target, new byte[0], headers);
    }

    /** @param headers whole lines */
    public RawMessage call(String method, String target, byte[] body, String... headers) throws IOException {
        RawMessage answer = unchecked(method, target, body, headers);
        description.assertDescribes(method, target, answer);
        return answer;
    }

    /** @param headers whole lines */
    public RawMessage put(String target, String type, String body, String... headers) throws IOException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Type: " + type;
        return call("PUT", target, body.getBytes(StandardCharsets.UTF_8), all);
    }

    /** Without a look at the description. */
    public RawMessage unchecked(String method, String target, byte[] body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nAuthorization: " + authorization + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        try (RawCaller caller = RawCaller.overTls(port)) {
            return caller.send(head + "\r\n").send(body).read();
        }
    }
}
