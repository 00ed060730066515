package dev.understudy.explain;

import dev.understudy.catalog.Match;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.catalog.RequestPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The operation of a request, and how it was found.
 *
 * @param api its name
 * @param template below the base path
 * @param virtualHosts those that the API is for; empty: every host that has no APIs of its own
 * @param route the id of its route
 * @param idempotent whether asking twice does what asking once does, by its method or its document
 * @param segments those of the request's path, in order
 */
public record OperationFound(
        String api,
        String version,
        String basePath,
        String method,
        String template,
        List<String> virtualHosts,
        String route,
        boolean idempotent,
        boolean webSocket,
        List<Segment> segments) {

    /**
     * One segment of a path.
     *
     * @param text unescaped; of what is below a {@code *}, the rest of the path
     * @param by {@code concrete}, {@code part} for one that is templated in part, {@code name}, or {@code below}
     */
    public record Segment(String text, String by) {}

    /** @param path of the request, still escaped */
    static OperationFound of(Match.Found found, String path) {
        return new OperationFound(
                found.api().name(),
                found.api().version(),
                found.api().basePath(),
                found.operation().method(),
                found.operation().path().text(),
                found.api().virtualHosts().stream().sorted().toList(),
                found.id(),
                found.operation().idempotent(),
                found.operation().webSocket(),
                segments(found.segments(), RequestPath.parse(path).segments()));
    }

    private static List<Segment> segments(List<PathTemplate.Segment> template, List<String> came) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < template.size() && i < came.size(); i++) {
            boolean below = template.get(i) instanceof PathTemplate.Below;
            String text = below ? String.join("/", came.subList(i, came.size())) : came.get(i);
            segments.add(new Segment(text, by(template.get(i))));
        }
        return List.copyOf(segments);
    }

    private static String by(PathTemplate.Segment segment) {
        if (segment instanceof PathTemplate.Concrete) {
            return "concrete";
        }
        if (segment instanceof PathTemplate.Partial) {
            return "part";
        }
        return segment.getClass().getSimpleName().toLowerCase(Locale.ROOT).replace("named", "name");
    }
}
