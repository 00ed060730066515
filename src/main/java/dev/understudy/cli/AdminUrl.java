package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where an admin listener is.
 *
 * @param base without a slash at its end
 */
record AdminUrl(URI base) {

    static final String DEFAULT = "https://localhost:9843";

    private static final String EXPECTED = " (expected: that of an admin listener, such as " + DEFAULT + ")";

    /** @throws CommandFailed if it is none, or one to which no password may be sent */
    static AdminUrl parse(String text) {
        URI uri = uri(text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw bad(text, "");
        }
        if (uri.getUserInfo() != null) {
            // Not shown: it may have a password in it.
            throw new CommandFailed(
                    "The URL has a user in it (expected: --user, and the password in UNDERSTUDY_PASSWORD)",
                    ExitCode.USAGE);
        }
        if (uri.getHost() == null
                || uri.getPort() > 65535
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw bad(text, "");
        }
        if (scheme.equals("http") && !isLoopback(uri.getHost())) {
            throw bad(text, ": anybody on the way could read the password");
        }
        return new AdminUrl(URI.create(uri.toString().replaceAll("/+$", "")));
    }

    /** @param path from the root of the listener, escaped */
    URI at(String path) {
        return URI.create(base + path);
    }

    boolean plain() {
        return base.getScheme().equalsIgnoreCase("http");
    }

    /** A text as one segment of a path, or as the value of a parameter. */
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param parameters in their order */
    static String query(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + escaped(parameter.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    @Override
    public String toString() {
        return base.toString();
    }

    private static URI uri(String text) {
        try {
            return new URI(text.strip());
        } catch (URISyntaxException e) {
            throw bad(text, "");
        }
    }

    // A name is not looked up: whoever answers for it could send the password anywhere.
    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.matches("127(\\.\\d{1,3}){3}")
                || host.matches("\\[(::|0:0:0:0:0:0:0:)1]");
    }

    private static CommandFailed bad(String text, String why) {
        String shown = OneLine.of(text.replaceAll("//[^/@]*@", "//…@"));
        return new CommandFailed("--url '" + shown + "'" + why + EXPECTED, ExitCode.USAGE);
    }
}
