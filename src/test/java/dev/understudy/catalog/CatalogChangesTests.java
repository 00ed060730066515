package dev.understudy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A changed catalog is the one that would have been made from scratch. The seed of each run is in its name. */
class CatalogChangesTests {

    private static final List<String> SEGMENTS = List.of("a", "b", "{x}", "{x}.j", "a{x}", "{x}b");
    private static final List<String> ASKED = List.of("x", "y", "a", "b", "c", "a.j", "axb", "a;c");
    private static final List<String> METHODS = List.of("GET", "PUT");
    private static final List<String> BASES = List.of("/", "/x", "/x/a", "/y");
    private static final List<String> HOSTS = List.of("one.example", "two.example", "localhost");

    static LongStream seeds() {
        long first = Long.getLong("understudy.test.seed", new Random().nextInt(1_000_000));
        return LongStream.range(first, first + 50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsWhatOneFromScratchFindsAndLeavesTheOneBeforeAsItWas(long seed) {
        Random random = new Random(seed);
        List<Api> apis = List.of();
        Catalog catalog = Catalog.of(apis);
        for (int change = 0; change < 30; change++) {
            List<Api> next = changed(random, apis);
            Optional<Catalog> changed;
            try {
                changed = Optional.of(catalog.with(next));
            } catch (Catalog.Clash clash) {
                changed = Optional.empty();
                assertThat(clashOf(next))
                        .as("seed %d, change %d", seed, change)
                        .isEqualTo(List.of(String.valueOf(clash.getMessage()), clash.earlier(), clash.later()));
            }
            if (changed.isPresent()) {
                assertThat(seen(changed.get()))
                        .as("seed %d, change %d", seed, change)
                        .isEqualTo(seen(Catalog.of(next)));
            }
            assertThat(seen(catalog))
                    .as("seed %d, change %d: before", seed, change)
                    .isEqualTo(seen(Catalog.of(apis)));
            apis = changed.isPresent() ? next : apis;
            catalog = changed.orElse(catalog);
        }
    }

    @Test
    void operationsOfApisThatStayAreTheSameObjects() {
        Api stays = Apis.api("Stays", "/stays", "GET /a", "GET /b");
        Catalog before = Catalog.of(List.of(stays, Apis.api("Goes", "/goes", "GET /a")));

        Catalog after = before.with(List.of(stays, Apis.api("Comes", "/comes", "GET /a")));

        Match was = before.find("", "GET", RequestPath.parse("/stays/b"));
        assertThat(was).isInstanceOf(Match.Found.class);
        assertThat(after.find("", "GET", RequestPath.parse("/stays/b"))).isSameAs(was);
    }

    @Test
    void aHostIsOneAsLongAsAnApiIsOnIt() {
        Api api = Apis.onHosts(Set.of("one.example"), "Api", "/", "GET /a");
        Catalog with = Catalog.of(List.of(api));

        assertThat(with.virtualHost("one.example")).contains("one.example");
        assertThat(with.with(List.of()).virtualHost("one.example")).isEmpty();
        assertThat(with.virtualHost("one.example")).contains("one.example");
    }

    private static List<Object> clashOf(List<Api> apis) {
        try {
            Catalog.of(apis);
            return List.of();
        } catch (Catalog.Clash clash) {
            return List.of(String.valueOf(clash.getMessage()), clash.earlier(), clash.later());
        }
    }

    /** What can be asked of a catalog, with the answers. */
    private static List<Object> seen(Catalog catalog) {
        List<Object> seen = new ArrayList<>(catalog.operations());
        seen.add(catalog.apis());
        seen.add(List.copyOf(catalog.groups().entrySet()));
        for (String host : List.of("one.example", "two.example", "elsewhere.example")) {
            seen.add(catalog.virtualHost(host));
            paths().forEach(path -> METHODS.forEach(method -> seen.add(catalog.find(host, method, path))));
        }
        return seen;
    }

    private static List<RequestPath> paths() {
        return IntStream.range(0, ASKED.size() * ASKED.size() * ASKED.size())
                .mapToObj(i -> "/" + ASKED.get(i % ASKED.size()) + "/" + ASKED.get(i / ASKED.size() % ASKED.size())
                        + "/" + ASKED.get(i / ASKED.size() / ASKED.size()))
                .flatMap(path -> List.of(path, path.substring(0, path.lastIndexOf('/'))).stream())
                .distinct()
                .map(RequestPath::parse)
                .toList();
    }

    // As ApiCatalog has them: what stays comes first.
    private static List<Api> changed(Random random, List<Api> apis) {
        List<Api> next = new ArrayList<>(apis);
        next.removeIf(api -> random.nextInt(3) == 0);
        for (int fresh = random.nextInt(3); fresh > 0; fresh--) {
            next.add(api(random));
        }
        return next;
    }

    private static Api api(Random random) {
        Set<String> operations = new LinkedHashSet<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String path = IntStream.range(0, 1 + random.nextInt(2))
                    .mapToObj(j -> "/" + any(random, SEGMENTS))
                    .collect(Collectors.joining());
            operations.add(any(random, METHODS) + " " + path + (random.nextInt(6) == 0 ? "/*" : ""));
        }
        Set<String> hosts = new TreeSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            hosts.add(any(random, HOSTS));
        }
        Api api =
                Apis.onHosts(hosts, "Api" + random.nextInt(100), any(random, BASES), operations.toArray(String[]::new));
        return random.nextInt(4) > 0 ? api : Apis.asDefault(api, any(random, BASES));
    }

    private static String any(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
