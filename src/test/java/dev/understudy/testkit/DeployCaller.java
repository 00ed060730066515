package dev.understudy.testkit;

import java.io.IOException;

/** Calls the deploy API of a gateway, each time over a connection of its own, as each command of {@code apictl} does. */
public record DeployCaller(int port, String authorization) {

    public static final String BASE = "/api/mgw/adapter/0.1";

    /** @param query with its question mark, or empty */
    public RawMessage deploy(byte[] zip, String query) throws IOException {
        return upload(Multipart.project(zip), query);
    }

    public RawMessage upload(byte[] body, String query) throws IOException {
        try (RawCaller caller = RawCaller.overTls(port)) {
            return caller.send(head("multipart/form-data; boundary=" + Multipart.BOUNDARY, query) + "Content-Length: "
                            + body.length + "\r\n\r\n")
                    .send(body)
                    .read();
        }
    }

    public RawMessage list(String query) throws IOException {
        return call("GET", query);
    }

    public RawMessage undeploy(String query) throws IOException {
        return call("DELETE", query);
    }

    public RawMessage call(String method, String query) throws IOException {
        try (RawCaller caller = RawCaller.overTls(port)) {
            return caller.send(line(method, query) + "\r\n").read();
        }
    }

    /** The head of an upload, but for the lines that say how long the body is, and the empty one. */
    public String head(String contentType, String query) {
        return line("POST", query) + "Accept: application/json\r\nContent-Type: " + contentType + "\r\n";
    }

    private String line(String method, String query) {
        return method + " " + BASE + "/apis" + query + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nAuthorization: "
                + authorization + "\r\n";
    }
}
