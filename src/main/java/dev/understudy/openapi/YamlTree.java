package dev.understudy.openapi;

import dev.understudy.openapi.Tree.Unreadable;
import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The tree of a document in YAML. Scalars mean what the JSON schema of YAML 1.2 says, as OpenAPI asks (OpenAPI 3.1 §4.2):
 * {@code yes} and {@code 12:30} are text. Merge keys work.
 */
final class YamlTree {

    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE, Tag.MAP, Tag.SEQ);
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,4})?");
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> BOOLEANS = Set.of("true", "True", "TRUE", "false", "False", "FALSE");

    private final Tree.Budget budget;

    /** How many merges contain the one that is being read. */
    private int merges;

    private YamlTree(Tree.Budget budget) {
        this.budget = budget;
    }

    /** Ends when there are too many nodes, before they fill the memory: each takes many times what its text does. */
    private static final class Counted extends Composer {

        /** Names are nodes, too. */
        private int left = 2 * Tree.MOST_VALUES;

        Counted(YamlText text) {
            super(new ParserImpl(text, options()), new Resolver(), options());
        }

        @Override
        protected Node composeScalarNode(String anchor, List<CommentLine> comments) {
            count();
            return super.composeScalarNode(anchor, comments);
        }

        @Override
        protected Node composeSequenceNode(String anchor) {
            count();
            return super.composeSequenceNode(anchor);
        }

        @Override
        protected Node composeMappingNode(String anchor) {
            count();
            return super.composeMappingNode(anchor);
        }

        private void count() {
            if (--left < 0) {
                throw Tree.tooMany(parser.peekEvent().getStartMark().getLine() + 1);
            }
        }
    }

    static Value read(String text) {
        try {
            Node root = new Counted(new YamlText(text)).getSingleNode();
            if (root == null) {
                throw new Unreadable(0, Tree.EMPTY);
            }
            return new YamlTree(new Tree.Budget(text)).value(root, Place.DOCUMENT);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            String problem = e.getProblem() == null ? "" : ": " + Value.shown(withoutNames(e.getProblem()));
            throw new Unreadable(line, "no valid YAML" + problem + " (expected: one YAML document)");
        } catch (YAMLException e) {
            String problem = Value.shown(String.valueOf(e.getMessage()));
            throw new Unreadable(0, "no valid YAML: " + problem + " (expected: one YAML document)");
        }
    }

    // A password may begin with '*' or '!', and look like an alias or a tag.
    private static String withoutNames(String problem) {
        return problem.replaceAll("(undefined (alias|tag handle)) .*", "$1");
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Tree.LARGEST_BYTES);
        options.setNestingDepthLimit(Tree.DEPTH);
        options.setMaxAliasesForCollections(1000);
        options.setAllowRecursiveKeys(false);
        return options;
    }

    private Value value(Node node, Place place) {
        budget.spend(place, node instanceof ScalarNode scalar ? scalar.getValue() : "");
        refuseTag(node);
        if (node instanceof MappingNode mapping) {
            return mapping(mapping, place);
        }
        if (node instanceof SequenceNode sequence) {
            return sequence(sequence, place);
        }
        return scalar((ScalarNode) node, place);
    }

    // It is not shown: a password may begin with '!'.
    private static void refuseTag(Node node) {
        if (!PLAIN_TAGS.contains(node.getTag())) {
            throw new Unreadable(line(node), "a tag (expected: none)");
        }
    }

    private Value mapping(MappingNode node, Place place) {
        Map<String, Value> members = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
                continue;
            }
            Place member = place.below(name(tuple.getKeyNode()), line(tuple.getKeyNode()));
            Value before = members.get(member.token());
            if (before != null) {
                throw Tree.twice(member, before.place().line());
            }
            members.put(member.token(), value(tuple.getValueNode(), member));
        }
        merged.forEach(source -> merge(source, place, members, 0));
        return new Value.Mapping(place, members);
    }

    // What stands in the map itself wins, then what is merged first.
    private void merge(Node source, Place place, Map<String, Value> members, int lists) {
        budget.spend(place, "");
        if (lists > 1 || ++merges > Tree.DEPTH) {
            throw new Unreadable(line(source), "merges within merges (expected: an alias of a map behind '<<')");
        }
        if (source instanceof SequenceNode sources) {
            sources.getValue().forEach(each -> merge(each, place, members, lists + 1));
            merges--;
            return;
        }
        if (!(source instanceof MappingNode)) {
            throw new Unreadable(line(source), "a merge of what is no map (expected: an alias of a map behind '<<')");
        }
        value(source, place).asMapping().ifPresent(more -> more.members().forEach(members::putIfAbsent));
        merges--;
    }

    private Value sequence(SequenceNode node, Place place) {
        List<Value> items = new ArrayList<>();
        for (Node item : node.getValue()) {
            items.add(value(item, place.below(String.valueOf(items.size()), line(item))));
        }
        return new Value.Sequence(place, items);
    }

    private static Value scalar(ScalarNode node, Place place) {
        String text = node.getValue();
        if (node.getScalarStyle() != ScalarStyle.PLAIN || node.getTag().equals(Tag.STR)) {
            return new Scalar(place, Scalar.Kind.TEXT, text);
        }
        if (NULLS.contains(text)) {
            return new Scalar(place, Scalar.Kind.NULL, "");
        }
        if (BOOLEANS.contains(text)) {
            return new Scalar(place, Scalar.Kind.BOOLEAN, text);
        }
        return new Scalar(place, NUMBER.matcher(text).matches() ? Scalar.Kind.NUMBER : Scalar.Kind.TEXT, text);
    }

    private static String name(Node key) {
        refuseTag(key);
        return Optional.of(key)
                .filter(ScalarNode.class::isInstance)
                .map(scalar -> ((ScalarNode) scalar).getValue())
                .orElseThrow(() -> new Unreadable(line(key), "a map or list as a name (expected: text)"));
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
