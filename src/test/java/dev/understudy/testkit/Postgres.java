package dev.understudy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL that is installed on this machine, on a port and with a directory of its own. Tests that need one are left out
 * where there is none, unless {@code POSTGRES_TESTS=required} says that this is a failure.
 */
public final class Postgres implements AutoCloseable {

    private static final String REQUIRED = "POSTGRES_TESTS";
    private static final String USER = "understudy";
    private static final int START_SECONDS = 60;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static @Nullable Postgres shared;

    private final Path programs;
    private final Path home;
    private final int port;
    private Process server;

    private Postgres(Path programs) throws IOException {
        this.programs = programs;
        this.home = Files.createTempDirectory("postgres");
        this.port = Ports.free();
        if (isRoot()) {
            Files.setOwner(
                    home, home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
        run("initdb", "-D", data(), "-U", USER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C");
        this.server = started();
    }

    /** One that all tests of this process share; it ends with the process. */
    public static synchronized Postgres shared() {
        if (shared == null) {
            Postgres made = own();
            Runtime.getRuntime().addShutdownHook(new Thread(made::close));
            shared = made;
        }
        return shared;
    }

    /** One that may be stopped. */
    public static Postgres own() {
        try {
            return new Postgres(programs());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new database with nothing in it. @return its URL */
    public String database() {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
            return url(name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As when its machine is gone: nothing is said to anybody. */
    public void stop() {
        try {
            run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
            server.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void startAgain() {
        try {
            server = started();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server.isAlive()) {
            stop();
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process started() throws IOException {
        Process process = new ProcessBuilder(command(
                        "postgres",
                        "-D",
                        data(),
                        "-p",
                        String.valueOf(port),
                        "-h",
                        "127.0.0.1",
                        // Nothing has to outlive the machine.
                        "-F",
                        "-c",
                        "unix_socket_directories="))
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IOException("PostgreSQL does not start in " + home);
            }
            process.onExit()
                    .orTimeout(50, TimeUnit.MILLISECONDS)
                    .handle((any, late) -> any)
                    .join();
        }
        return process;
    }

    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url("postgres"))) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER + "&connectTimeout=2";
    }

    private String data() {
        return home.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(command(program));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("postgres", ".log");
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Files.delete(output);
        }
    }

    // It does not run as root.
    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static Path programs() throws IOException {
        List<Path> places = new ArrayList<>();
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin")).forEach(places::add);
            }
        }
        Stream.of(System.getenv("PATH").split(":")).map(Path::of).forEach(places::add);
        return places.stream()
                .filter(place -> Files.isExecutable(place.resolve("initdb")))
                .findFirst()
                .orElseGet(() -> missing());
    }

    private static Path missing() {
        String why = "PostgreSQL is not installed (Debian: apt-get install postgresql)";
        if ("required".equals(System.getenv(REQUIRED))) {
            throw new IllegalStateException(why);
        }
        return Assumptions.abort(why);
    }
}
