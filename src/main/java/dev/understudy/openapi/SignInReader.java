package dev.understudy.openapi;

import dev.understudy.endpoint.Credentials;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads {@code {type: BASIC, username, password}}. What is found is never shown: it may be a secret in the wrong place. */
final class SignInReader {

    private static final Set<String> MEMBERS = Set.of("type", "username", "password", "customparameters");
    private static final String FORMS = "as text, ${env:NAME} or ${file:/path}";

    private final Secrets secrets;
    private final Findings findings;
    private final Names names;

    SignInReader(Secrets secrets, Findings findings) {
        this.secrets = secrets;
        this.findings = findings;
        this.names = new Names(findings);
    }

    /** What the endpoints of a list are sent. @param configured what completes it */
    Optional<Credentials> credentials(Mapping list, Configured configured) {
        SignIn own = list.get("securityConfig").map(this::config).orElseGet(SignIn.Unsaid::new);
        if (own instanceof SignIn.Incomplete incomplete) {
            return completed(incomplete, configured);
        }
        return whole(own instanceof SignIn.Unsaid ? configured.signIn() : own);
    }

    // Publisher writes one username into both lists, and keeps one for each beside its password, which is that one's
    // alone.
    private Optional<Credentials> completed(SignIn.Incomplete own, Configured configured) {
        SignIn other = configured.signIn();
        if (other instanceof SignIn.Unsaid) {
            refuseIncomplete(own, configured);
        }
        if (other instanceof SignIn.Off) {
            findings.warn(own.place(), "no password, and " + configured.place() + " is switched off: nothing is sent");
        }
        Optional<Credentials> credentials = whole(other);
        credentials
                .filter(whole -> own.username().isPresent()
                        && !secrets.maybeSame(own.username().get(), whole.username()))
                .ifPresent(whole -> findings.warn(
                        own.place(),
                        "another username than that of " + configured.place()
                                + ", which has the password: that one and its password are sent"));
        return credentials;
    }

    private void refuseIncomplete(SignIn.Incomplete own, Configured configured) {
        if (configured.place().isEmpty()) {
            refuseWithoutPassword(own);
        } else {
            findings.faultText(
                    own.place(),
                    "no password, neither here nor as " + configured.place()
                            + " (expected: one in either of them, with its username, " + FORMS + ")");
        }
    }

    /** For credentials that nothing else completes. */
    void refuseWithoutPassword(SignIn.Incomplete own) {
        if (own.username().isEmpty()) {
            refuse(own.place());
        } else {
            findings.faultText(own.place(), "no password (expected: one beside the username, " + FORMS + ")");
        }
    }

    private static Optional<Credentials> whole(SignIn signIn) {
        return signIn instanceof SignIn.Whole whole ? Optional.of(whole.credentials()) : Optional.empty();
    }

    private SignIn config(Value value) {
        Optional<Mapping> config = value.asMapping();
        if (config.isEmpty()) {
            return refuse(value.place());
        }
        names.refuseSlips(config.get(), MEMBERS);
        return read(config.get());
    }

    /** What such a map says. */
    SignIn read(Mapping config) {
        String type = config.get("type").flatMap(Value::asText).orElse("").toUpperCase(Locale.ROOT);
        if (type.equals("NONE")) {
            return new SignIn.Off();
        }
        Optional<Value> username = ApiYaml.present(config, "username");
        Optional<Value> password = ApiYaml.present(config, "password");
        boolean readable = username.map(SignInReader::isText).orElse(password.isEmpty())
                && password.map(SignInReader::isText).orElse(true);
        if (!type.equals("BASIC") || !readable) {
            return refuse(config.place());
        }
        Optional<String> user = username.flatMap(this::resolved);
        if (password.isEmpty()) {
            return new SignIn.Incomplete(config.place(), user);
        }
        Optional<String> secret = password.flatMap(this::resolved);
        return user.flatMap(name -> secret.flatMap(word -> credentials(config, name, word)))
                .<SignIn>map(SignIn.Whole::new)
                .orElseGet(SignIn.Nonsense::new);
    }

    private SignIn refuse(Place at) {
        findings.faultText(at, "not {type: BASIC, username, password} (expected: these three; no other type is done)");
        return new SignIn.Nonsense();
    }

    private Optional<Credentials> credentials(Mapping config, String username, String password) {
        try {
            return Optional.of(new Credentials(username, password));
        } catch (IllegalArgumentException e) {
            findings.faultText(config.place(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static boolean isText(Value value) {
        return value.asTextOrNumber().isPresent();
    }

    private Optional<String> resolved(Value value) {
        try {
            return value.asTextOrNumber().map(secrets::resolve);
        } catch (IllegalArgumentException e) {
            findings.faultText(value.place(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
