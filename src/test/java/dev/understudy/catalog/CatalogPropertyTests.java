package dev.understudy.catalog;

import static dev.understudy.catalog.Apis.api;
import static dev.understudy.catalog.Apis.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.PathTemplate.Below;
import dev.understudy.catalog.PathTemplate.Concrete;
import dev.understudy.catalog.PathTemplate.Named;
import dev.understudy.catalog.PathTemplate.Partial;
import dev.understudy.catalog.PathTemplate.Segment;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tree finds what looking at every template in turn finds. The seed of each run is in its name. */
class CatalogPropertyTests {

    private static final List<String> TEMPLATE_SEGMENTS =
            List.of("a", "b", "ab", "{x}", "{x}", "{x}.j", "a{x}", "{x}b", "{x}-{y}", "a;b");
    private static final List<String> PATH_SEGMENTS =
            List.of("a", "b", "ab", "%61", "c", "a.j", "axb", "a-b", "a;b", "a;c", "b%3Bc", "ab%2Fc", "c;a", "");

    static LongStream seeds() {
        long first = Long.getLong("understudy.test.seed", new Random().nextInt(1_000_000));
        return LongStream.range(first, first + 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theTreeFindsExactlyWhatANaiveSearchFinds(long seed) {
        Random random = new Random(seed);
        List<PathTemplate> templates = templates(random);
        Catalog catalog = Catalog.of(List.of(
                api("Api", "/", templates.stream().map(path -> "GET " + path).toArray(String[]::new))));

        for (int i = 0; i < 100; i++) {
            String path = path(random, PATH_SEGMENTS, 4) + (random.nextInt(5) == 0 ? "/" : "");
            assertThat(found(catalog, "GET", path))
                    .as("seed %d, %s among %s", seed, path, templates)
                    .isEqualTo(naive(templates, path));
        }
    }

    private static List<PathTemplate> templates(Random random) {
        Map<List<Segment>, PathTemplate> templates = new LinkedHashMap<>();
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            String end = random.nextInt(6) == 0 ? "/*" : "";
            PathTemplate template = PathTemplate.parse(path(random, TEMPLATE_SEGMENTS, 3) + end);
            templates.putIfAbsent(template.segments(), template);
        }
        return List.copyOf(templates.values());
    }

    private static String path(Random random, List<String> segments, int longest) {
        return IntStream.rangeClosed(0, random.nextInt(longest))
                .mapToObj(i -> "/" + segments.get(random.nextInt(segments.size())))
                .collect(Collectors.joining());
    }

    private static String naive(List<PathTemplate> templates, String path) {
        List<String> all = RequestPath.parse(path).segments();
        int last = all.size() - 1;
        List<String> segments = last >= 0 && all.get(last).isEmpty() ? all.subList(0, last) : all;
        Optional<PathTemplate> best = templates.stream()
                .filter(template -> matches(template.segments(), segments))
                .min(Comparator.comparing(PathTemplate::segments, CatalogPropertyTests::compare));
        return best.filter(template -> !disguised(templates, template.segments(), segments))
                .map(PathTemplate::text)
                .orElse("");
    }

    private static boolean matches(List<Segment> template, List<String> path) {
        boolean below = !template.isEmpty() && template.get(template.size() - 1) instanceof Below;
        int fixed = below ? template.size() - 1 : template.size();
        boolean length = below ? path.size() > fixed && !path.get(fixed).isEmpty() : path.size() == fixed;
        return length && startMatches(template, path, fixed);
    }

    private static boolean startMatches(List<Segment> template, List<String> path, int length) {
        return template.size() >= length
                && path.size() >= length
                && IntStream.range(0, length).allMatch(i -> matches(template.get(i), path.get(i)));
    }

    private static boolean matches(Segment segment, String text) {
        if (segment instanceof Concrete concrete) {
            return concrete.text().equals(text);
        }
        if (segment instanceof Partial partial) {
            return partial.matches(text);
        }
        return segment instanceof Named && !text.isEmpty();
    }

    // Whether some template that is asked before the best one has the concrete text that a segment is a disguise of.
    private static boolean disguised(List<PathTemplate> templates, List<Segment> best, List<String> path) {
        return templates.stream()
                .map(PathTemplate::segments)
                .anyMatch(other -> IntStream.range(0, Math.min(path.size(), other.size()))
                        .anyMatch(i -> isDisguise(path.get(i), other.get(i))
                                && startMatches(other, path, i)
                                && asksBefore(other.subList(0, i), best, path)));
    }

    private static boolean isDisguise(String text, Segment segment) {
        String[] parts = text.split("[;/]", 2);
        return parts.length == 2 && segment.equals(new Concrete(parts[0]));
    }

    private static boolean asksBefore(List<Segment> start, List<Segment> best, List<String> path) {
        int depth = start.size();
        int order = compare(start, best.subList(0, Math.min(depth, best.size())));
        boolean exact = best.size() > depth && best.get(depth).equals(new Concrete(path.get(depth)));
        return order < 0 || (order == 0 && best.size() >= depth && !exact);
    }

    private static int compare(List<Segment> one, List<Segment> other) {
        return IntStream.range(0, Math.min(one.size(), other.size()))
                .map(i -> compare(one.get(i), other.get(i)))
                .filter(order -> order != 0)
                .findFirst()
                .orElse(0);
    }

    private static int compare(Segment one, Segment other) {
        return Comparator.comparingInt(CatalogPropertyTests::rank)
                .thenComparingInt(
                        segment -> -literals(segment).mapToInt(String::length).sum())
                .thenComparing(segment -> literals(segment).toList().toString())
                .compare(one, other);
    }

    private static int rank(Segment segment) {
        return List.of(Concrete.class, Partial.class, Named.class, Below.class).indexOf(segment.getClass());
    }

    private static Stream<String> literals(Segment segment) {
        return segment instanceof Partial partial ? partial.literals().stream() : Stream.empty();
    }
}
