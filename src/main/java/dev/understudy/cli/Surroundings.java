package dev.understudy.cli;

import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * What commands find around them.
 *
 * @param environment its variables by name
 * @param in the standard input
 * @param terminal empty: nobody can be asked
 */
record Surroundings(Map<String, String> environment, InputStream in, Optional<Terminal> terminal) {

    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), System.in, Terminal.ofProcess());
    }

    /** A variable that is set, and not to nothing. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Makes commands and their parts; those whose only constructor wants surroundings are given these. */
    IFactory factory() {
        IFactory others = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                try {
                    return type.getDeclaredConstructor(Surroundings.class).newInstance(Surroundings.this);
                } catch (NoSuchMethodException e) {
                    return others.create(type);
                }
            }
        };
    }
}
