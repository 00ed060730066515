package dev.understudy.openapi;

import dev.understudy.openapi.Layout.Items;
import dev.understudy.openapi.Layout.Leaf;
import dev.understudy.openapi.Layout.Member;
import dev.understudy.openapi.Layout.Members;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/** Where the parts of a document in JSON stand. For texts that {@link JsonTree} has read. */
final class JsonLayout {

    private final JsonParser parser;

    private JsonLayout(JsonParser parser) {
        this.parser = parser;
    }

    static Layout of(String text) {
        try (JsonParser parser = JsonTree.parser(text)) {
            parser.nextToken();
            return new JsonLayout(parser).part();
        }
    }

    private Layout part() {
        int start = at(parser.currentTokenLocation());
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            List<Member> members = members();
            return new Members(start, at(parser.currentLocation()), false, members);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Layout> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(part());
            }
            return new Items(start, at(parser.currentLocation()), false, items);
        }
        // A text is not read to its end before it is asked for.
        parser.getString();
        return new Leaf(start, at(parser.currentLocation()));
    }

    private List<Member> members() {
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            int start = at(parser.currentTokenLocation());
            int nameEnd = at(parser.currentLocation());
            String name = parser.currentName();
            parser.nextToken();
            members.add(new Member(name, start, nameEnd, part()));
        }
        return members;
    }

    private static int at(TokenStreamLocation location) {
        return (int) location.getCharOffset();
    }
}
