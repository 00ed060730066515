package dev.understudy.openapi;

import dev.understudy.openapi.Layout.Items;
import dev.understudy.openapi.Layout.Leaf;
import dev.understudy.openapi.Layout.Member;
import dev.understudy.openapi.Layout.Members;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;

/** Where the parts of a document in YAML stand. For texts that {@link YamlTree} has read, so it is as deep and as long as that allows. */
final class YamlLayout {

    private final String text;
    private final Parser parser;

    private YamlLayout(String text) {
        this.text = text;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Tree.LARGEST_BYTES);
        this.parser = new ParserImpl(new YamlText(text), options);
    }

    static Layout of(String text) {
        YamlLayout layout = new YamlLayout(text);
        while (!layout.parser.checkEvent(Event.ID.DocumentStart)) {
            layout.parser.getEvent();
        }
        layout.parser.getEvent();
        return layout.part();
    }

    private Layout part() {
        Event event = parser.getEvent();
        int start = event.getStartMark().getIndex();
        if (event instanceof MappingStartEvent mapping) {
            return members(start, isBlock(mapping));
        }
        if (event instanceof SequenceStartEvent sequence) {
            return items(start, isBlock(sequence));
        }
        return new Leaf(start, contentEnd(event));
    }

    private Members members(int start, boolean block) {
        List<Member> members = new ArrayList<>();
        int last = start;
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            Event name = parser.peekEvent();
            Layout place = part();
            Member member = new Member(nameOf(name), place.start(), place.end(), part());
            members.add(member);
            last = member.end();
        }
        int end = parser.getEvent().getEndMark().getIndex();
        return new Members(start, block ? last : end, block, members);
    }

    private Items items(int start, boolean block) {
        List<Layout> items = new ArrayList<>();
        int last = start;
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            Layout item = part();
            items.add(item);
            last = item.end();
        }
        int end = parser.getEvent().getEndMark().getIndex();
        return new Items(start, block ? last : end, block, items);
    }

    private static boolean isBlock(CollectionStartEvent event) {
        return event.getFlowStyle() == FlowStyle.BLOCK;
    }

    // YamlTree has refused any other name.
    private static String nameOf(Event event) {
        return event instanceof ScalarEvent scalar ? scalar.getValue() : "";
    }

    // That of a text in block style is behind the line breaks after it.
    private int contentEnd(Event event) {
        int start = event.getStartMark().getIndex();
        int end = event.getEndMark().getIndex();
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }
}
