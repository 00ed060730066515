package dev.understudy.testkit;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Calls the console of a gateway as a browser without scripts does, each time over a connection of its own.
 *
 * @param cookie as it is sent; empty: none
 * @param token that the forms of the session have; empty: nobody signed in
 */
public record ConsoleCaller(int port, String cookie, String token) {

    public static final String BOUNDARY = Multipart.BOUNDARY;

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    /** Somebody who has not signed in. */
    public static ConsoleCaller nobody(int port) {
        return new ConsoleCaller(port, "", "");
    }

    public static ConsoleCaller signedIn(int port, String user, String password) throws IOException {
        RawMessage answer = nobody(port).post("/console/sign-in", Map.of("username", user, "password", password));
        if (answer.status() != 303) {
            throw new IOException(answer.firstLine() + "\n" + answer.text());
        }
        ConsoleCaller caller = new ConsoleCaller(port, cookieOf(answer), "");
        Matcher token = TOKEN.matcher(caller.get("/console").text());
        return token.find() ? new ConsoleCaller(port, caller.cookie, token.group(1)) : caller;
    }

    /** The cookie that an answer sets, as it is sent back. */
    public static String cookieOf(RawMessage answer) {
        return answer.header("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    /** @param headers whole lines */
    public RawMessage get(String target, String... headers) throws IOException {
        return call("GET", target, new byte[0], headers);
    }

    /** A form, with the token of the session. */
    public RawMessage post(String target, Map<String, String> fields, String... headers) throws IOException {
        return post(target, List.copyOf(fields.entrySet()), headers);
    }

    /** The same with fields that may be there several times. */
    public RawMessage post(String target, List<Map.Entry<String, String>> fields, String... headers)
            throws IOException {
        String body = fields.stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&", token.isEmpty() ? "" : "_csrf=" + encoded(token) + "&", ""));
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = FORM;
        return call("POST", target, body.getBytes(StandardCharsets.UTF_8), all);
    }

    /** A form with a file, or none, and the token of the session. */
    public RawMessage upload(String target, byte[] file, Map<String, String> fields) throws IOException {
        Multipart form = new Multipart().field("_csrf", token);
        fields.forEach(form::field);
        return call(
                "POST",
                target,
                form.file("file", file).end(),
                "Content-Type: multipart/form-data; boundary=" + BOUNDARY);
    }

    /** @param headers whole lines */
    public RawMessage call(String method, String target, byte[] body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(
                method + " " + target + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nAccept: text/html\r\n");
        if (!cookie.isEmpty()) {
            head.append("Cookie: ").append(cookie).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        try (RawCaller caller = RawCaller.overTls(port)) {
            return caller.send(head + "\r\n").send(body).read();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
