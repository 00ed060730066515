package dev.understudy.cli;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** By what the certificate of a gateway is judged. */
final class TrustOptions {

    /** Either of them. */
    static final class Choice {

        @Option(
                names = "--ca",
                paramLabel = "<file>",
                description = "Certificates in PEM that are trusted, in place of those of the Java platform.")
        private @Nullable Path ca;

        @Option(
                names = {"-k", "--insecure"},
                description = "Any certificate is trusted, for any host. For a gateway on this machine.")
        private boolean insecure;
    }

    @ArgGroup
    private @Nullable Choice choice;

    /** @throws CommandFailed if the file has no certificates */
    SSLContext context() {
        if (choice == null || (choice.ca == null && !choice.insecure)) {
            return GatewayTls.trustingThoseOfJava();
        }
        return choice.ca == null ? GatewayTls.trustingAnybody() : GatewayTls.trusting(choice.ca);
    }
}
