package dev.understudy.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a text stands for that is written <code>${env:NAME}</code> or <code>${file:/path}</code>. What it finds is told
 * to its caller alone. Opens files, so it is not for event loops.
 */
public final class Secrets {

    /** A longer secret is none. */
    static final int LARGEST_BYTES = 64 << 10;

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(.*)}", Pattern.DOTALL);

    /** For what is not looked up. No document has such a text. */
    private static final String STAND_IN = "\uFDD0";

    private static final String FORMS = "${env:NAME} or ${file:/path}";

    private final Predicate<String> variables;
    private final Function<Path, Optional<Path>> files;
    private final Function<String, @Nullable String> environment;

    /** Whether nothing is looked up. */
    private final boolean assumed;

    Secrets(
            Predicate<String> variables,
            Function<Path, Optional<Path>> files,
            Function<String, @Nullable String> environment) {
        this(variables, files, environment, false);
    }

    private Secrets(
            Predicate<String> variables,
            Function<Path, Optional<Path>> files,
            Function<String, @Nullable String> environment,
            boolean assumed) {
        this.variables = variables;
        this.files = files;
        this.environment = environment;
        this.assumed = assumed;
    }

    /** For documents whose author may read what the gateway may. */
    public static Secrets any() {
        return new Secrets(name -> true, Optional::of, System::getenv);
    }

    /** For documents whose author may name no secret. */
    public static Secrets none() {
        return only(List.of(), List.of());
    }

    /**
     * For documents of others: who can have a secret sent to an endpoint of his own has read it.
     *
     * @param directories in which, or below which, files may be named
     * @param variables that may be named; an asterisk at the end stands for any text
     */
    public static Secrets only(Collection<Path> directories, Collection<String> variables) {
        return only(directories, variables, System::getenv);
    }

    static Secrets only(
            Collection<Path> directories,
            Collection<String> variables,
            Function<String, @Nullable String> environment) {
        List<Path> folders = directories.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .toList();
        List<String> names = List.copyOf(variables);
        return new Secrets(
                name -> names.stream().anyMatch(allowed -> matches(name, allowed)),
                file -> within(folders, file),
                environment);
    }

    /**
     * The same, away from where they are: whatever may be named is taken to be there, and nothing is looked up. A document
     * that is read with them can be judged, but not served.
     */
    public Secrets assumed() {
        return new Secrets(variables, files, environment, true);
    }

    /** Whether two texts that were resolved are the same, as far as that can be told. */
    boolean maybeSame(String one, String other) {
        return one.equals(other) || (assumed && (one.equals(STAND_IN) || other.equals(STAND_IN)));
    }

    /**
     * What a text of a document stands for: itself, unless all of it is a reference.
     *
     * @throws IllegalArgumentException if there is no such secret, or this document may not name it. The message says what
     *     was found and what was expected, and has no secret in it
     */
    public String resolve(String text) {
        Matcher reference = REFERENCE.matcher(text);
        if (!reference.matches()) {
            return text;
        }
        String inside = reference.group(1);
        String secret;
        if (inside.startsWith("env:")) {
            secret = variable(inside.substring("env:".length()));
        } else if (inside.startsWith("file:")) {
            secret = file(inside.substring("file:".length()));
        } else {
            throw unknown(inside);
        }
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("a reference to an empty text (expected: one to a secret)");
        }
        return secret;
    }

    private String variable(String name) {
        if (!variables.test(name)) {
            throw refused("the variable " + Value.shown(name), "variables");
        }
        if (assumed) {
            return STAND_IN;
        }
        String secret = environment.apply(name);
        if (secret == null) {
            throw new IllegalArgumentException(
                    "the variable " + Value.shown(name) + " is not set (expected: one that is set for the gateway)");
        }
        return secret;
    }

    private String file(String name) {
        Path path = path(name);
        // Asked first: who may not read a file does not learn whether it is there.
        Path found = files.apply(path).orElseThrow(() -> refused("the file " + Value.shown(name), "directories"));
        if (assumed) {
            return STAND_IN;
        }
        if (!Files.isRegularFile(found)) {
            throw unreadable(name);
        }
        try {
            return withoutLineEnd(text(name, found));
        } catch (IOException e) {
            throw unreadable(name);
        }
    }

    private static Path path(String name) {
        try {
            Path path = Path.of(name);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            // As one that is not absolute.
        }
        throw new IllegalArgumentException("the file " + Value.shown(name) + " (expected: an absolute path)");
    }

    private static String text(String name, Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LARGEST_BYTES + 1);
        }
        if (content.length > LARGEST_BYTES) {
            throw new IllegalArgumentException("the file " + Value.shown(name) + " has more than " + LARGEST_BYTES
                    + " bytes (expected: one secret)");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the file " + Value.shown(name) + " has bytes that are no UTF-8 (expected: a text in UTF-8)", e);
        }
    }

    private static String withoutLineEnd(String text) {
        if (!text.endsWith("\n")) {
            return text;
        }
        return text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }

    private static IllegalArgumentException unreadable(String name) {
        return new IllegalArgumentException(
                "the file " + Value.shown(name) + " cannot be read (expected: a file that the gateway may read)");
    }

    private static IllegalArgumentException refused(String what, String key) {
        return new IllegalArgumentException(
                what + " may not be named by a document that was deployed (expected: one that" + " understudy.secrets."
                        + key + " allows)");
    }

    // What is found is not shown: it may be a password that only looks like a reference.
    private static IllegalArgumentException unknown(String inside) {
        String scheme = inside.substring(0, Math.max(0, inside.indexOf(':'))).toLowerCase(Locale.ROOT);
        Optional<String> meant = Words.nearest(scheme, List.of("env", "file"));
        return new IllegalArgumentException(
                "a reference to a secret of no known kind (expected: " + FORMS + Words.hint(meant) + ")");
    }

    private static boolean matches(String name, String allowed) {
        return allowed.endsWith("*")
                ? name.startsWith(allowed.substring(0, allowed.length() - 1))
                : name.equals(allowed);
    }

    /** Where the file really is, if that is within one of the folders: links lead nowhere else. */
    private static Optional<Path> within(List<Path> folders, Path file) {
        return folders.stream().filter(file::startsWith).findFirst().flatMap(folder -> {
            try {
                Path found = file.toRealPath();
                return found.startsWith(folder.toRealPath()) ? Optional.of(found) : Optional.empty();
            } catch (IOException e) {
                // It is not there, which whoever reads it will say.
                return Optional.of(file);
            }
        });
    }
}
