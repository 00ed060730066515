package dev.understudy.openapi;

import dev.understudy.openapi.EndpointLists.Listed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** A document with lists here and there, in one of the many forms that the same may be written in. */
final class GeneratedDocument {

    private final Random random;
    private final boolean json;
    private final int step;
    private final String lineBreak;
    private final boolean compact;
    private int comments;
    private boolean inList;

    GeneratedDocument(Random random, boolean json) {
        this.random = random;
        this.json = json;
        this.step = random.nextBoolean() ? 2 : 1 + random.nextInt(5);
        this.lineBreak = random.nextInt(5) == 0 ? "\r\n" : "\n";
        this.compact = random.nextInt(3) == 0;
    }

    static Listed list(Random random) {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            urls.add(List.of(
                            "https://a.example.com",
                            "http://b:8080/x?y=1&z",
                            "ws://c/",
                            "odd: # \"'\\\n\té😀",
                            "12",
                            "")
                    .get(random.nextInt(6)));
        }
        Map<String, String> limits = new LinkedHashMap<>();
        for (String limit : EndpointLists.LIMITS) {
            if (random.nextInt(8) == 0) {
                limits.put(
                        limit, List.of("5", "true", "300ms", "502, 503", "a: b").get(random.nextInt(5)));
            }
        }
        limits.replaceAll((name, value) -> name.endsWith("tatuses") || name.endsWith("statusCodes")
                ? "502, 504"
                : value.contains(",") ? "7" : value);
        return Listed.of(List.of("", "failover", "load_balance", "yes").get(random.nextInt(4)), urls, limits);
    }

    String text() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("openapi", "3.0.3");
        root.put("info", Map.of("title", "T"));
        maybeLists(root);
        Map<String, Object> paths = new LinkedHashMap<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            Map<String, Object> item = new LinkedHashMap<>();
            maybeLists(item);
            for (String method : List.of("get", "post")) {
                Map<String, Object> operation = new LinkedHashMap<>();
                maybeLists(operation);
                if (random.nextInt(5) > 0) {
                    operation.put("summary", random.nextBoolean() ? "plain" : "two\nlines\n");
                }
                item.put(method, operation);
            }
            paths.put("/p" + i + "/{id}", item);
        }
        root.put("paths", paths);
        if (random.nextBoolean()) {
            root.put("tags", List.of("x", "y"));
        }
        String lines = json ? "" : block(root, 0);
        boolean block = lines.startsWith(lineBreak);
        String text = block
                ? (random.nextBoolean() ? "---" + lineBreak : "") + lines.substring(lineBreak.length())
                : flow(root, 0);
        String end = random.nextBoolean() ? lineBreak : "";
        return text + end + (block && !end.isEmpty() && random.nextBoolean() ? comment() : "");
    }

    private void maybeLists(Map<String, Object> level) {
        for (EndpointLists.Kind kind : EndpointLists.Kind.values()) {
            if (random.nextInt(3) == 0) {
                level.put(kind.extension(), tree(list(random)));
            }
        }
    }

    private static Map<String, Object> tree(Listed list) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("urls", list.urls());
        if (!list.type().isEmpty()) {
            tree.put("type", list.type());
        }
        if (list.limits().containsKey("failover.deadline")) {
            tree.put(
                    "advanceEndpointConfig",
                    Map.of("failover", Map.of("deadline", "1s", "statuses", List.of(502, 503))));
        }
        return tree;
    }

    private String block(Object value, int indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty() && random.nextInt(6) > 0) {
            return map.entrySet().stream()
                    .map(each -> lineBreak
                            + (indent == 0 && random.nextInt(4) == 0 ? comment() + lineBreak : "")
                            + " ".repeat(indent) + name(String.valueOf(each.getKey())) + ":"
                            + member(String.valueOf(each.getKey()), each.getValue(), indent + step))
                    .collect(Collectors.joining());
        }
        if (value instanceof List<?> list && !list.isEmpty() && random.nextBoolean()) {
            return list.stream()
                    .map(item -> lineBreak + " ".repeat(indent) + "- " + flow(item, 0))
                    .collect(Collectors.joining());
        }
        if (value instanceof String text && text.endsWith("\n")) {
            return random.nextBoolean()
                    ? " |" + lineBreak + " ".repeat(indent) + "two" + lineBreak + " ".repeat(indent) + "lines"
                    : " " + Quoted.json(text);
        }
        boolean map = value instanceof Map;
        return " " + flow(value, 0) + (random.nextInt(5) == 0 && !map ? "  " + comment() : "");
    }

    private String member(String name, Object value, int indent) {
        boolean outside = !inList;
        inList |= name.startsWith("x-");
        String text = block(value, indent);
        inList &= !outside;
        return text;
    }

    private String flow(Object value, int indent) {
        String gap = json && !compact ? lineBreak + " ".repeat(step * (indent + 1)) : compact && json ? "" : " ";
        String end = json && !compact ? lineBreak + " ".repeat(step * indent) : "";
        if (value instanceof Map<?, ?> map) {
            return map.isEmpty()
                    ? "{}"
                    : map.entrySet().stream()
                            .map(each -> name(String.valueOf(each.getKey()))
                                    + (compact && json ? ":" : ": ")
                                    + flow(each.getValue(), indent + 1))
                            .collect(Collectors.joining("," + gap, "{" + (json ? gap : ""), end + "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(item -> flow(item, indent + 1)).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String text ? name(text) : String.valueOf(value);
    }

    private String name(String text) {
        boolean plain = text.matches("/?[a-z][a-z0-9/{}-]*") && !text.contains("{") && !text.equals("yes");
        return !json && plain && random.nextInt(4) > 0 ? text : Quoted.json(text);
    }

    private String comment() {
        return (inList ? "# of the list " : "# kept ") + ++comments + ".";
    }
}
