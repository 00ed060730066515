package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import dev.understudy.definitions.Deployable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An API on this side, and the id under which it is deployed.
 *
 * @param id that its author gave the project, else the name of the file or folder without ending
 * @param name how it was named in the arguments; on one line
 * @param path where to read it
 */
record Source(String id, String name, Path path) {

    /**
     * What is meant by paths: files, folders of projects, and what is in other folders. Each is read once, so that nothing
     * is sent where one of them cannot be.
     *
     * @throws CommandFailed if one cannot be read or sent, or two have the same id
     */
    static List<Source> of(List<Path> paths) {
        List<Source> sources = new ArrayList<>();
        Map<String, Source> byId = new HashMap<>();
        for (Path path : paths) {
            for (Path found : found(path)) {
                Source source = of(found);
                Source other = byId.put(source.id(), source);
                if (other != null) {
                    throw new CommandFailed(
                            other.name() + " and " + source.name() + " would both be '" + source.id()
                                    + "' (expected: names, or ids in api.yaml, that differ)",
                            ExitCode.USAGE);
                }
                sources.add(source);
            }
        }
        return sources;
    }

    /** Reads it anew. @throws CommandFailed if that fails */
    Deployable read() {
        return read(path);
    }

    private static Source of(Path path) {
        String name = OneLine.of(path.toString());
        Optional<String> ownId = read(path).ownId();
        return new Source(ownId.orElseGet(() -> Deployable.name(path)), name, path);
    }

    private static List<Path> found(Path path) {
        try {
            List<Path> found = Files.isDirectory(path) ? Deployable.in(path) : List.of(path);
            if (found.isEmpty()) {
                throw new CommandFailed(OneLine.of(path.toString())
                        + ": nothing in it that can be deployed (expected: documents that end in .yaml, .yml or .json, zips"
                        + " of projects, or folders with a project)");
            }
            return found;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static Deployable read(Path path) {
        try {
            return Deployable.read(path);
        } catch (Deployable.Unfit e) {
            throw new CommandFailed(OneLine.of(path.toString()) + ": " + OneLine.of(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static CommandFailed unreadable(Path path, IOException failure) {
        return new CommandFailed(OneLine.of(path.toString()) + " cannot be read: " + Trouble.of(failure), failure);
    }
}
