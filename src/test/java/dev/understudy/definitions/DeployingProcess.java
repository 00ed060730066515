package dev.understudy.definitions;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definitions;
import dev.understudy.catalog.Stages;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.store.DirectoryStore;
import dev.understudy.testkit.ApiProjects;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that changes what is deployed, one step after the other, and says of each that it begins and what came of it.
 * What a step does depends on its number and the seed alone, so that others can tell what must be there.
 */
final class DeployingProcess implements AutoCloseable {

    /** What a gateway finds at its start, and changes. */
    record Running(DirectoryStore store, DeployedApis apis, Stages stages) implements AutoCloseable {

        static Running in(Path directory) {
            Stages stages = new Stages();
            DirectoryStore store = new DirectoryStore(directory);
            ApiCatalog catalog = new ApiCatalog(stages);
            ProjectSources projects = new ProjectSources(new ProjectReader(Defaulted.DEFAULTS));
            DeployedApis apis =
                    new DeployedApis(store, new Deployer(store, projects, new ServedApis(catalog, new Definitions())));
            apis.start();
            return new Running(store, apis, stages);
        }

        /** The step that each API that is served comes from, by its label. */
        Map<String, Integer> served() {
            Map<String, Integer> served = new TreeMap<>();
            stages.live()
                    .get(stages.live().size() - 1)
                    .apis()
                    .forEach(api -> served.put(
                            api.name() + " on " + String.join(",", api.virtualHosts()),
                            Integer.valueOf(api.operations()
                                    .get(0)
                                    .production()
                                    .orElseThrow()
                                    .endpoints()
                                    .get(0)
                                    .toString()
                                    .replaceFirst(".*/step-", ""))));
            return served;
        }

        @Override
        public void close() {
            apis.stop();
        }
    }

    /** One change; {@code padding} bytes that cannot be packed make the project larger. */
    record Step(int number, boolean deploy, String name, Set<String> hosts, int padding) {

        private static final List<String> NAMES = List.of("Pets", "Cats", "Dogs");
        private static final List<String> HOSTS = List.of("a.example", "b.example");

        static Step of(int number, long seed) {
            Random random = new Random(seed * 31 + number);
            boolean deploy = random.nextInt(3) > 0;
            String name = NAMES.get(random.nextInt(NAMES.size()));
            Set<String> hosts = random.nextBoolean() ? Set.copyOf(HOSTS) : Set.of(HOSTS.get(random.nextInt(2)));
            return new Step(number, deploy, name, hosts, random.nextInt(40_000));
        }

        Outcome make(DeployedApis apis) throws ExecutionException, InterruptedException, TimeoutException {
            return (deploy
                            ? apis.deploy(ApiProjects.zip("", project()), true, "step " + number)
                            : apis.undeploy(new Undeploy(
                                    name,
                                    "1.0.0",
                                    hosts.size() == 1 ? hosts.stream().findFirst() : Optional.empty(),
                                    Set.of())))
                    .get(60, TimeUnit.SECONDS);
        }

        /** What is served after it, if this was served before. */
        Map<String, Integer> after(Map<String, Integer> before) {
            Map<String, Integer> after = new TreeMap<>(before);
            for (String host : hosts) {
                after.remove(name + " on " + host);
                if (deploy) {
                    after.put(name + " on " + host, number);
                }
            }
            return after;
        }

        private Map<String, String> project() {
            Map<String, String> project = ApiProjects.named(name, "1.0.0", "http://127.0.0.1/step-" + number);
            StringBuilder deployments = new StringBuilder("data:\n");
            hosts.forEach(host -> deployments.append("  - {deploymentVhost: %s}\n".formatted(host)));
            project.put("deployment_environments.yaml", deployments.toString());
            StringBuilder noise = new StringBuilder();
            Random random = new Random(number);
            while (noise.length() < padding) {
                noise.append(Long.toHexString(random.nextLong()));
            }
            project.put("Docs/noise.txt", noise.toString());
            return project;
        }
    }

    private final Process process;
    private final BufferedReader lines;

    private DeployingProcess(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** @param before the command in front of it, such as one that sets a limit */
    static DeployingProcess start(Path directory, long seed, int firstStep, int lastStep, String... before)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DeployingProcess.class.getName(),
                directory.toString(),
                String.valueOf(seed),
                String.valueOf(firstStep),
                String.valueOf(lastStep)));
        return new DeployingProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Waits until it is ready to make its first step. */
    void awaitReady() throws IOException {
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("it ended before it was ready");
        }
    }

    /** Ends it as {@code kill -9} does; what it has said can still be read. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** All that it said and that has not been read yet. */
    List<String> rest() {
        return lines.lines().toList();
    }

    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    // So that most of the time is spent with writing, and not with loading classes.
    private static void warmUp() {
        ProjectSources sources = new ProjectSources(new ProjectReader(Defaulted.DEFAULTS));
        byte[] project = ApiProjects.zip("", ApiProjects.petStore("http://127.0.0.1"));
        for (int i = 0; i < 20; i++) {
            sources.readArchive(project);
        }
    }

    /** {@code directory seed first last}. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        try (Running running = Running.in(Path.of(arguments[0]))) {
            warmUp();
            out.println("ready");
            for (int step = Integer.parseInt(arguments[2]); step <= Integer.parseInt(arguments[3]); step++) {
                out.println("begin " + step);
                out.flush();
                Outcome outcome = Step.of(step, Long.parseLong(arguments[1])).make(running.apis());
                out.println("end " + step + " " + outcome.getClass().getSimpleName());
                out.flush();
            }
        }
    }
}
