package dev.understudy.openapi;

import dev.understudy.openapi.Layout.Items;
import dev.understudy.openapi.Layout.Member;
import dev.understudy.openapi.Layout.Members;
import dev.understudy.openapi.Tree.Unreadable;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Scalar;
import dev.understudy.openapi.Value.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The text of a document in which some values are others: what is not changed stays as it stands, with its comments, its
 * quotes and its indentation. Confined to one change.
 */
final class Splices {

    private record Splice(int from, int to, String text) {}

    private static final int STEP = 2;
    private static final String PATHS = "paths";
    private static final String EXTENSION = "x-";

    private final String text;
    private final boolean json;
    private final String lineBreak;
    private final int step;
    private final List<Splice> splices = new ArrayList<>();

    private Splices(String text, boolean json, Layout root) {
        this.text = text;
        this.json = json;
        this.lineBreak = text.contains("\r\n") ? "\r\n" : "\n";
        this.step = stepOf(root);
    }

    /**
     * @param before what is in the text
     * @param after the same where it has the same values; what it has for others is put in their place
     * @throws Unreadable if the text does not have it in a form that can be changed, such as behind an alias
     */
    static String applied(String text, boolean json, Mapping before, Mapping after) {
        Layout root = json ? JsonLayout.of(text) : YamlLayout.of(text);
        Splices splices = new Splices(text, json, root);
        splices.change(root, before, after);
        return splices.applied(before.place());
    }

    /** Whether two values say the same, wherever they stand. */
    static boolean same(Value one, Value other) {
        if (one == other) {
            return true;
        }
        if (one instanceof Mapping map && other instanceof Mapping second) {
            return map.members().keySet().equals(second.members().keySet())
                    && map.members().entrySet().stream()
                            .allMatch(member -> same(
                                    member.getValue(),
                                    second.get(member.getKey()).orElseThrow()));
        }
        if (one instanceof Sequence list && other instanceof Sequence second) {
            return list.items().size() == second.items().size()
                    && IntStream.range(0, list.items().size())
                            .allMatch(i ->
                                    same(list.items().get(i), second.items().get(i)));
        }
        return one instanceof Scalar scalar
                && other instanceof Scalar second
                && scalar.kind() == second.kind()
                && scalar.text().equals(second.text());
    }

    private String applied(Place at) {
        splices.sort(Comparator.comparingInt(Splice::from));
        StringBuilder changed = new StringBuilder();
        int from = 0;
        for (Splice splice : splices) {
            if (splice.from() < from) {
                throw new Unreadable(at, "two changes at one place of the text (expected: one after the other)");
            }
            changed.append(text, from, splice.from()).append(splice.text());
            from = splice.to();
        }
        return changed.append(text, from, text.length()).toString();
    }

    private void change(Layout part, Mapping before, Mapping after) {
        if (!(part instanceof Members members)) {
            throw new Unreadable(before.place(), "an alias of what stands elsewhere (expected: its members, here)");
        }
        List<Member> gone = new ArrayList<>();
        Map<String, Value> fresh = new LinkedHashMap<>();
        after.members().forEach((name, value) -> {
            Value there = before.members().get(name);
            if (there != null && same(there, value)) {
                return;
            }
            Optional<Member> written = members.member(name);
            if (there == null || written.isEmpty()) {
                fresh.put(name, value);
            } else {
                replace(written.get(), members.block(), there, value);
            }
        });
        before.members().forEach((name, value) -> {
            if (!after.has(name)) {
                gone.add(members.member(name)
                        .orElseThrow(() -> new Unreadable(
                                value.place(),
                                "merged from elsewhere, and cannot be taken away (expected: no merge)")));
            }
        });
        List<Member> kept = new ArrayList<>(members.members());
        kept.removeAll(gone);
        if (members.block()) {
            changeBlock(members, kept, gone, fresh, before.place());
        } else {
            changeFlow(members, kept, gone, fresh);
        }
    }

    private void changeBlock(
            Members members, List<Member> kept, List<Member> gone, Map<String, Value> fresh, Place place) {
        if (kept.isEmpty() && fresh.isEmpty()) {
            splices.add(new Splice(members.start(), members.end(), "{}"));
            return;
        }
        if (!fresh.isEmpty()) {
            insertBlock(members, fresh, place);
        }
        for (Member member : gone) {
            indentOf(member, place);
            splices.add(new Splice(lineStart(member.start()), nextLine(member.end()), ""));
        }
    }

    // Lists of endpoints go above what else their level has, so that they are seen; what goes into them goes behind
    // what is there.
    private void insertBlock(Members members, Map<String, Value> fresh, Place place) {
        List<Member> all = members.members();
        boolean above = fresh.keySet().stream().allMatch(name -> name.startsWith(EXTENSION));
        Member neighbour = above
                ? members.member(PATHS).filter(paths -> place.parent() == null).orElse(all.get(0))
                : all.get(all.size() - 1);
        String indent = indentOf(neighbour, place);
        String lines = fresh.entrySet().stream()
                .map(each -> indent + name(each.getKey()) + ":" + block(each.getValue(), indent.length(), Map.of())
                        + lineBreak)
                .collect(Collectors.joining());
        int at = above ? aboveComments(lineStart(neighbour.start()), indent) : nextLine(neighbour.end());
        boolean unended = !above && at == text.length() && !text.endsWith("\n");
        splices.add(new Splice(at, at, (unended ? lineBreak : "") + lines));
    }

    private void changeFlow(Members members, List<Member> kept, List<Member> gone, Map<String, Value> fresh) {
        List<Member> all = members.members();
        int inside = members.start() + 1;
        String gap = all.isEmpty() ? "" : text.substring(inside, all.get(0).start());
        boolean lines = gap.contains("\n") && gap.isBlank();
        int indent = lines ? gap.length() - gap.lastIndexOf('\n') - 1 : -1;
        String separator = lines ? gap.replaceAll("^[^\\r\\n]*", "") : " ";
        List<String> texts = fresh.entrySet().stream()
                .map(each -> name(each.getKey()) + ": " + flow(each.getValue(), indent, separator))
                .toList();
        if (kept.isEmpty()) {
            String only = String.join("," + separator, texts);
            int from = all.isEmpty() ? inside : all.get(0).start();
            int to = all.isEmpty() ? inside : all.get(all.size() - 1).end();
            splices.add(new Splice(from, to, only));
            return;
        }
        if (!texts.isEmpty()) {
            boolean above = fresh.keySet().stream().allMatch(name -> name.startsWith(EXTENSION));
            String joined = String.join("," + separator, texts);
            int at = above ? all.get(0).start() : kept.get(kept.size() - 1).end();
            splices.add(new Splice(at, at, above ? joined + "," + separator : "," + separator + joined));
        }
        removeFlow(all, kept, gone);
    }

    // Each goes with the comma behind it; those at the end go with the comma before them.
    private void removeFlow(List<Member> all, List<Member> kept, List<Member> gone) {
        Member lastKept = kept.get(kept.size() - 1);
        int last = all.indexOf(lastKept);
        for (Member member : gone) {
            int index = all.indexOf(member);
            if (index < last) {
                splices.add(new Splice(member.start(), all.get(index + 1).start(), ""));
            }
        }
        if (last < all.size() - 1) {
            splices.add(new Splice(lastKept.end(), all.get(all.size() - 1).end(), ""));
        }
    }

    private void replace(Member member, boolean inBlock, Value before, Value after) {
        Layout value = member.value();
        if (before instanceof Mapping map && after instanceof Mapping other && value instanceof Members) {
            change(value, map, other);
            return;
        }
        boolean braces = text.startsWith("{", value.start()) || text.startsWith("[", value.start());
        if (!inBlock || braces) {
            splices.add(new Splice(value.start(), value.end(), flow(after, -1, " ")));
            return;
        }
        int from = text.indexOf(':', member.nameEnd()) + 1;
        int to = Math.max(from, value.end());
        String comment = comment(text.substring(from, Math.max(from, value.start())));
        String rendered = block(after, columnOf(member.start()), comments(value, before));
        boolean lines = rendered.startsWith(lineBreak);
        splices.add(new Splice(from, to, lines ? comment + rendered : rendered + comment));
    }

    /** The comment behind a name, with the space before it. */
    private static String comment(String gap) {
        String line = gap.lines().findFirst().orElse("");
        return line.strip().startsWith("#") ? line.stripTrailing() : "";
    }

    /** What stands behind the items of a list on their lines, by item. */
    private Map<String, String> comments(Layout value, Value before) {
        Map<String, String> comments = new HashMap<>();
        if (value instanceof Items items && before instanceof Sequence sequence && items.block()) {
            for (int i = 0; i < items.items().size(); i++) {
                int end = items.items().get(i).end();
                String behind = text.substring(end, lineEnd(end));
                if (behind.strip().startsWith("#") && sequence.items().get(i) instanceof Scalar scalar) {
                    comments.put(scalar.text(), behind.stripTrailing());
                }
            }
        }
        return comments;
    }

    /** What follows the colon: on the same line, or on the next ones. */
    private String block(Value value, int indent, Map<String, String> comments) {
        String space = lineBreak + " ".repeat(indent + step);
        if (value instanceof Mapping map && !map.members().isEmpty()) {
            return map.members().entrySet().stream()
                    .map(each -> space + name(each.getKey()) + ":" + block(each.getValue(), indent + step, Map.of()))
                    .collect(Collectors.joining());
        }
        if (value instanceof Sequence list && list.items().stream().anyMatch(Scalar.class::isInstance)) {
            return list.items().stream()
                    .map(item -> space + "- " + flow(item, -1, " ")
                            + (item instanceof Scalar scalar ? comments.getOrDefault(scalar.text(), "") : ""))
                    .collect(Collectors.joining());
        }
        return " " + flow(value, -1, " ");
    }

    /** @param indent of the member whose value it is, if there is one line for each member; else -1 */
    private String flow(Value value, int indent, String separator) {
        if (value instanceof Scalar scalar) {
            return scalar(scalar);
        }
        boolean lines = indent >= 0;
        String inner = lines ? separator + unit(separator) : "";
        String between = lines ? "," + inner : ", ";
        String outer = lines ? separator : "";
        int deeper = lines ? indent + unit(separator).length() : -1;
        if (value instanceof Mapping map) {
            return map.members().entrySet().stream()
                    .map(each -> name(each.getKey()) + ": " + flow(each.getValue(), deeper, inner))
                    .collect(Collectors.joining(
                            between,
                            "{" + (map.members().isEmpty() ? "" : inner),
                            (map.members().isEmpty() ? "" : outer) + "}"));
        }
        List<Value> items = ((Sequence) value).items();
        return items.stream()
                .map(item -> flow(item, deeper, inner))
                .collect(Collectors.joining(
                        between, "[" + (items.isEmpty() ? "" : inner), (items.isEmpty() ? "" : outer) + "]"));
    }

    private String unit(String separator) {
        return separator.endsWith("\t") ? "\t" : " ".repeat(step);
    }

    private String name(String name) {
        return json ? Quoted.json(name) : Quoted.yaml(name);
    }

    private String scalar(Scalar scalar) {
        return switch (scalar.kind()) {
            case TEXT -> name(scalar.text());
            case NULL -> "null";
            case NUMBER, BOOLEAN -> scalar.text();
        };
    }

    private String indentOf(Member member, Place place) {
        String before = text.substring(lineStart(member.start()), member.start());
        if (!before.isBlank()) {
            throw new Unreadable(
                    place, Value.shown(member.name()) + " does not begin its line (expected: a line of its own)");
        }
        return before;
    }

    /** Comments right above belong to what stands below them. */
    private int aboveComments(int line, String indent) {
        int at = line;
        while (at > 0) {
            int above = lineStart(at - 1);
            String content = text.substring(above, at);
            if (!content.startsWith(indent + "#")) {
                return at;
            }
            at = above;
        }
        return at;
    }

    private int columnOf(int at) {
        return at - lineStart(at);
    }

    private int lineStart(int at) {
        return text.lastIndexOf('\n', at - 1) + 1;
    }

    private int lineEnd(int at) {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private int nextLine(int at) {
        return Math.min(text.length(), lineEnd(at) + 1);
    }

    /** By how many columns the author goes in. */
    private int stepOf(Layout root) {
        if (root instanceof Members members) {
            for (Member member : members.members()) {
                if (member.value() instanceof Members inner && !inner.members().isEmpty()) {
                    Member first = inner.members().get(0);
                    int step = columnOf(first.start()) - columnOf(member.start());
                    boolean ownLine = lineStart(first.start()) > lineStart(member.start());
                    if (ownLine && step > 0 && step <= 8) {
                        return step;
                    }
                }
            }
        }
        return STEP;
    }
}
