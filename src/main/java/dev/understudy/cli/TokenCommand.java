package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gets a token of the demo, and prints nothing else. */
@Command(
        name = "token",
        description = {
            "Gets a token from a gateway of the profile demo, and prints it alone: TOKEN=$(java -jar understudy.jar token -k)",
            "The password is the one that the demo printed at its start. It is taken from the variable TESTKEY_PASSWORD,"
                    + " from a file, or asked for where input and output are a terminal."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the token was printed",
            "2:wrong arguments, nothing was done",
            "3:the gateway is away, is no demo, or does not know the user"
        })
final class TokenCommand implements Callable<Integer> {

    private static final String PASSWORD = "TESTKEY_PASSWORD";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Bytes of an answer: more than a token has. */
    private static final int LONGEST_ANSWER = 64 << 10;

    private static final Pattern TOKEN = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private final Surroundings around;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private HelpOption help;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private TrustOptions trust;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "<url>",
            defaultValue = "https://localhost:9095",
            description = "Of a listener of the gateway that serves APIs.")
    private URI url = URI.create("https://localhost:9095");

    @Option(
            names = {"-u", "--user"},
            paramLabel = "<name>",
            defaultValue = "admin",
            description = "Who asks for the token.")
    private String user = "admin";

    @Option(
            names = "--password-file",
            paramLabel = "<file>",
            description = "File with the password, in UTF-8; a line end at its end does not count.")
    private @Nullable Path passwordFile;

    @Option(
            names = {"-s", "--scope"},
            paramLabel = "<scope>",
            defaultValue = "order:read order:write",
            description = "Scopes of the token, with spaces between, or given several times; '' for none.")
    private List<String> scopes = List.of();

    @Option(names = "--sandbox", description = "A token for the sandbox endpoints.")
    private boolean sandbox;

    TokenCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        HttpResponse<byte[]> answer = answer(request());
        String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
        if (answer.statusCode() != 200 || !TOKEN.matcher(text).matches()) {
            throw refused(answer.statusCode(), text);
        }
        spec.commandLine().getOut().println(text);
        return ExitCode.FINE;
    }

    private HttpRequest request() {
        String form = "keytype=" + (sandbox ? "SANDBOX" : "PRODUCTION") + "&scope="
                + URLEncoder.encode(String.join(" ", scopes), StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(testKey())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Basic " + base64(user + ":" + password()))
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private URI testKey() {
        // In plain text, anybody on the way could read the password.
        boolean safe = "https".equalsIgnoreCase(url.getScheme())
                || (isPlain() && url.getHost() != null && AdminUrl.isLoopback(url.getHost()));
        boolean fits = safe
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && List.of("", "/").contains(url.getRawPath());
        if (!fits) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--url: '" + shown(url) + "' (expected: such as https://localhost:9095; http:// only on"
                            + " this machine)");
        }
        return url.resolve("/testkey");
    }

    private boolean isPlain() {
        return "http".equalsIgnoreCase(url.getScheme());
    }

    private HttpResponse<byte[]> answer(HttpRequest request) throws InterruptedException {
        HttpClient.Builder client =
                HttpClient.newBuilder().sslContext(trust.context()).connectTimeout(PATIENCE);
        if (isPlain()) {
            // A proxy would read the password.
            client.proxy(HttpClient.Builder.NO_PROXY);
        }
        try {
            return BoundedBody.whole(client.build(), request, LONGEST_ANSWER, PATIENCE);
        } catch (TimeoutException e) {
            throw late(e);
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private CommandFailed failed(Throwable why) {
        if (why instanceof SSLException) {
            return new CommandFailed(
                    "No TLS with " + shown(url) + ": " + OneLine.of(String.valueOf(why.getMessage()))
                            + " (expected: a certificate that is trusted; --ca names one, and --insecure takes any)",
                    why);
        }
        if (why instanceof ConnectException) {
            return new CommandFailed(
                    "No gateway can be reached at " + shown(url) + " (expected: one of the demo)", why);
        }
        if (why instanceof HttpTimeoutException) {
            return late(why);
        }
        return new CommandFailed(
                "No valid answer from " + shown(url) + ": " + OneLine.of(String.valueOf(why.getMessage())), why);
    }

    private CommandFailed late(Throwable why) {
        return new CommandFailed("No answer from " + shown(url) + " within " + PATIENCE.toSeconds() + " s", why);
    }

    private CommandFailed refused(int status, String text) {
        return new CommandFailed(
                switch (status) {
                    case 401 ->
                        "The gateway at " + shown(url) + " does not know " + OneLine.of(user)
                                + " with this password (expected: the one that the demo printed at its last start)";
                    case 404 ->
                        "The gateway at " + shown(url)
                                + " has no /testkey (expected: one that was started with the profile demo)";
                    case 400 -> "The gateway did not take it: " + OneLine.of(text);
                    default -> shown(url) + " answers " + status + " (expected: 200 with a token)";
                });
    }

    private String password() {
        return Optional.ofNullable(passwordFile)
                .map(TokenCommand::read)
                .or(() -> around.variable(PASSWORD))
                .or(() -> around.terminal().map(this::asked))
                .orElseThrow(() -> new CommandFailed("No password (expected: the variable " + PASSWORD
                        + ", --password-file, or a terminal to ask on)"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new CommandFailed(
                    OneLine.of(file.toString()) + " cannot be read (expected: a file with the password, in UTF-8)", e);
        }
    }

    private String asked(Terminal terminal) {
        return terminal.password("Password of " + OneLine.of(user) + ": ")
                .map(String::new)
                .orElse("");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(URI url) {
        return OneLine.of(url.toString());
    }
}
