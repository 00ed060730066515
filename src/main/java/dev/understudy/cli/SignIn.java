package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * As whom commands sign in.
 *
 * @param who for people
 * @param authorization the header; a secret
 * @param from where the secret came from, for people
 */
record SignIn(String who, String authorization, String from) {

    static final String DEFAULT_USER = "admin";

    private static final String USER = "UNDERSTUDY_USER";
    private static final String PASSWORD = "UNDERSTUDY_PASSWORD";
    private static final String TOKEN = "UNDERSTUDY_TOKEN";
    private static final int LONGEST = 8 << 10;

    /**
     * From what was given: a file before a token before a password of the environment. Whoever is named is not to sign in as
     * somebody else, so that a token counts only if nobody is.
     *
     * @throws CommandFailed if there is nothing to sign in with
     */
    static SignIn of(Optional<String> user, Optional<Path> passwordFile, AdminUrl url, Surroundings around) {
        Optional<String> token = around.variable(TOKEN).map(String::strip);
        if (token.isPresent() && user.isEmpty() && passwordFile.isEmpty()) {
            return new SignIn("the bearer of the token", "Bearer " + requireToken(token.get()), TOKEN);
        }
        String name = user.or(() -> around.variable(USER)).orElse(DEFAULT_USER);
        if (passwordFile.isPresent()) {
            return basic(name, content(passwordFile.get()), passwordFile.get().toString());
        }
        Optional<String> password = around.variable(PASSWORD);
        return password.map(secret -> basic(name, secret, PASSWORD)).orElseGet(() -> asked(name, url, around));
    }

    private static SignIn asked(String name, AdminUrl url, Surroundings around) {
        String question = "Password of " + OneLine.of(name) + " at " + url + ": ";
        return around.terminal()
                .flatMap(terminal -> terminal.password(question))
                .map(typed -> basic(name, String.valueOf(typed), "what was typed"))
                .orElseThrow(() -> new CommandFailed("No password (expected: it in the environment variable " + PASSWORD
                        + ", a file with it as --password-file, or a token in " + TOKEN + ")"));
    }

    private static SignIn basic(String user, String password, String from) {
        if (user.contains(":")) {
            throw new CommandFailed("--user: a name with a colon in it (expected: none)", ExitCode.USAGE);
        }
        String both = user + ":" + requireFit(password, from);
        return new SignIn(
                "'" + OneLine.of(user) + "'",
                "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)),
                from);
    }

    // Editors end a file with a line break, which is no part of a password.
    private static String content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LONGEST + 1), StandardCharsets.UTF_8);
            return text.replaceFirst("\\R$", "");
        } catch (IOException e) {
            throw new CommandFailed("--password-file " + file + " cannot be read: " + Trouble.of(e), e);
        }
    }

    // As a header can have it (RFC 6750 §2.1).
    private static String requireToken(String token) {
        if (!requireFit(token, TOKEN).matches("[A-Za-z0-9._~+/=-]+")) {
            throw new CommandFailed(TOKEN + ": no token (expected: letters, digits and . _ ~ + / = -)");
        }
        return token;
    }

    private static String requireFit(String secret, String from) {
        if (secret.isEmpty() || secret.length() > LONGEST || secret.chars().anyMatch(Character::isISOControl)) {
            throw new CommandFailed(OneLine.of(from) + ": no password or token (expected: one line with nothing else)");
        }
        return secret;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return who;
    }
}
