package dev.understudy.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Which gateway a command is for, and who asks. They count for the commands below it, too. */
final class GatewayOptions {

    private static final String URL = "UNDERSTUDY_URL";

    private final Surroundings around;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "<url>",
            scope = ScopeType.INHERIT,
            order = 100,
            description = {
                "The admin listener of the gateway. Else that of the environment variable UNDERSTUDY_URL, else "
                        + AdminUrl.DEFAULT + ".",
                "http:// only on this machine."
            })
    private Optional<String> url = Optional.empty();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "<name>",
            scope = ScopeType.INHERIT,
            order = 101,
            description = {
                "Who signs in. Else that of UNDERSTUDY_USER, else " + SignIn.DEFAULT_USER + ".",
                "The password is in UNDERSTUDY_PASSWORD, in a file, or is asked for where there is a terminal."
                        + " Where neither a user nor a file is given, a token in UNDERSTUDY_TOKEN counts before it."
            })
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--password-file",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            order = 102,
            description = "A file with the password and nothing else; a line break at its end does not count.")
    private Optional<Path> passwordFile = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            order = 103,
            description =
                    "The certificate of the admin listener, or those of who signed it, in PEM. They count in place of"
                            + " those that Java trusts.")
    private Optional<Path> ca = Optional.empty();

    @Option(
            names = {"-k", "--insecure"},
            scope = ScopeType.INHERIT,
            order = 104,
            description = "Take any certificate, as the one that a gateway makes itself. Who is on the way can read the"
                    + " password then.")
    private boolean insecure;

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            scope = ScopeType.INHERIT,
            order = 105,
            converter = Times.class,
            description = "How long an answer may take. 60s unless set.")
    private Duration timeout = Duration.ofSeconds(60);

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            order = 110,
            description = "Show this and exit.")
    private boolean help;

    GatewayOptions(Surroundings around) {
        this.around = around;
    }

    /** @throws CommandFailed if there is nothing to sign in with */
    AdminClient client() {
        if (insecure && ca.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--ca and --insecure (expected: one of them; --ca if you have the certificate)");
        }
        AdminUrl to = AdminUrl.parse(url.or(() -> around.variable(URL)).orElse(AdminUrl.DEFAULT));
        SignIn signIn = SignIn.of(user, passwordFile, to, around);
        return new AdminClient(to, signIn, tls(to), timeout);
    }

    /** Who can be asked. */
    Optional<Terminal> terminal() {
        return around.terminal();
    }

    private Optional<SSLContext> tls(AdminUrl to) {
        if (insecure && !to.plain()) {
            spec.commandLine()
                    .getErr()
                    .println("understudy: --insecure: whoever answers at " + to
                            + " gets the password, also somebody who only claims to be the gateway");
            return Optional.of(GatewayTls.trustingAnybody());
        }
        return ca.map(GatewayTls::trusting);
    }
}
