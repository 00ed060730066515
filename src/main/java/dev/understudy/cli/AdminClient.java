package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls the admin API of a gateway, one request after the other; blocks until an answer is there whole. An answer has bounds
 * in length and time, whoever gives it. What makes it useless to go on ends with {@link CommandFailed}: nobody there,
 * nobody signed in, not allowed, not now.
 */
final class AdminClient {

    /** Bytes. */
    static final int LONGEST_ANSWER = 32 << 20;

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    private final AdminUrl url;
    private final SignIn signIn;
    private final Duration timeout;
    private final HttpClient http;

    /** @param tls empty: what the Java platform trusts */
    AdminClient(AdminUrl url, SignIn signIn, Optional<SSLContext> tls, Duration timeout) {
        this.url = url;
        this.signIn = signIn;
        this.timeout = timeout;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT);
        tls.ifPresent(builder::sslContext);
        if (url.plain()) {
            // A proxy would read the password.
            builder.proxy(HttpClient.Builder.NO_PROXY);
        }
        this.http = builder.build();
    }

    /** @param path from the root of the listener, escaped, with its query */
    Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    /** @param path from the root of the listener, escaped, with its query */
    Answer put(String path, String type, byte[] body, Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-Type", type);
        return send("PUT", path, BodyPublishers.ofByteArray(body), all);
    }

    /** With no body. @param path from the root of the listener, escaped, with its query */
    Answer change(String method, String path, Map<String, String> headers) {
        return send(method, path, BodyPublishers.noBody(), headers);
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.at(path))
                .method(method, body)
                .header("Authorization", signIn.authorization())
                .header("Accept", "application/json, application/problem+json");
        headers.forEach(request::header);
        HttpResponse<byte[]> response = whole(request.build());
        Reply reply = new Reply(response.statusCode(), contentType(response), tree(response));
        requireUnderstood(reply, response);
        requireLetIn(reply, method, path, response);
        return new Answer(reply.status(), response.headers().firstValue("ETag"), reply.facts());
    }

    /** @param tree empty: no JSON */
    private record Reply(int status, String type, Optional<JsonNode> tree) {

        Facts facts() {
            return new Facts(tree.orElseGet(JSON::createObjectNode));
        }

        String detail() {
            return facts().text("detail", "no explanation");
        }
    }

    private HttpResponse<byte[]> whole(HttpRequest request) {
        try {
            return BoundedBody.whole(http, request, LONGEST_ANSWER, timeout);
        } catch (TimeoutException e) {
            throw new CommandFailed("No whole answer of " + url + " within " + timeout.toMillis() / 1e3
                    + " s (expected: sooner; --timeout allows more). It is not known whether it was done.");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw Trouble.at(url, cause == null ? e : cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("Interrupted while " + url + " was asked", e);
        }
    }

    private static String contentType(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Content-Type").map(OneLine::of).orElse("no type");
    }

    private static Optional<JsonNode> tree(HttpResponse<byte[]> response) {
        if (response.body().length == 0 || !contentType(response).matches("(?i)application/(\\w+\\+)?json\\b.*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(response.body())).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private void requireUnderstood(Reply reply, HttpResponse<byte[]> response) {
        int status = reply.status();
        if (status / 100 == 3) {
            String place =
                    response.headers().firstValue("Location").map(OneLine::of).orElse("nowhere");
            throw new CommandFailed(
                    url + " sends on to " + place + " (" + status + ", expected: an answer). The password"
                            + " is not sent there; if that is the gateway, give it as --url.");
        }
        boolean bare = status == 204 || status == 401 || status == 403 || status == 429 || status >= 500;
        if (reply.tree().isEmpty() && !bare) {
            throw new CommandFailed(url + " answered " + status + ", and with no JSON (" + reply.type()
                    + ", expected: what the admin API answers). Is --url that of an admin listener?");
        }
    }

    private void requireLetIn(Reply reply, String method, String path, HttpResponse<byte[]> response) {
        int status = reply.status();
        if (status == 401) {
            throw new CommandFailed(url + " does not let " + signIn.who() + " in (401): " + reply.detail()
                    + " The secret was that of " + OneLine.of(signIn.from()) + ".");
        }
        if (status == 403) {
            throw new CommandFailed(signIn.who() + " may not do this at " + url
                    + " (403, expected: somebody with the role " + role(method, path) + "): " + reply.detail());
        }
        if (status == 408 || status == 429 || status >= 500) {
            String later = response.headers()
                    .firstValue("Retry-After")
                    .filter(seconds -> seconds.matches("\\d{1,6}"))
                    .map(seconds -> " It may be tried again after " + seconds + " s.")
                    .orElse("");
            throw new CommandFailed(url + " could not do it (" + status + "): " + reply.detail() + later);
        }
    }

    // As docs/reference/admin-listener.md has it.
    private static String role(String method, String path) {
        if (path.startsWith("/api/v1/endpoints/") && !method.equals("GET")) {
            return "admin";
        }
        return method.equals("GET") ? "viewer" : "deployer or admin";
    }
}
