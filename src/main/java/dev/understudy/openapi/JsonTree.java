package dev.understudy.openapi;

import dev.understudy.openapi.Tree.Unreadable;
import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** The tree of a document in JSON. */
final class JsonTree {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Tree.DEPTH)
                    .maxDocumentLength(Tree.LARGEST_BYTES)
                    .maxStringLength(Tree.LARGEST_BYTES)
                    .build())
            .build();

    private final JsonParser parser;
    private final Tree.Budget budget = new Tree.Budget();

    private JsonTree(JsonParser parser) {
        this.parser = parser;
    }

    static Value read(String text) {
        try (JsonParser parser = parser(text)) {
            JsonTree tree = new JsonTree(parser);
            parser.nextToken();
            Value root = tree.value(Place.DOCUMENT);
            if (parser.nextToken() != null) {
                throw new Unreadable(tree.line(), "something behind the end of the document (expected: nothing)");
            }
            return root;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
            throw new Unreadable(line, "no valid JSON: " + firstSentence(e) + " (expected: JSON, as the name says)");
        }
    }

    static JsonParser parser(String text) {
        return JSON.createParser(ObjectReadContext.empty(), text);
    }

    private Value value(Place place) {
        JsonToken token = parser.currentToken();
        budget.spend(place, token != null && token.isScalarValue() ? parser.getString() : "");
        return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
            case START_OBJECT -> mapping(place);
            case START_ARRAY -> sequence(place);
            case VALUE_STRING -> new Scalar(place, Scalar.Kind.TEXT, parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(place, Scalar.Kind.NUMBER, parser.getString());
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(place, Scalar.Kind.BOOLEAN, parser.getString());
            case VALUE_NULL -> new Scalar(place, Scalar.Kind.NULL, "");
            default -> throw new Unreadable(line(), "the end of the text (expected: a whole JSON document)");
        };
    }

    private Value mapping(Place place) {
        Map<String, Value> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            Place member = place.below(parser.currentName(), line());
            Value before = members.get(member.token());
            if (before != null) {
                throw Tree.twice(member, before.place().line());
            }
            parser.nextToken();
            members.put(member.token(), value(member));
        }
        return new Value.Mapping(place, members);
    }

    private Value sequence(Place place) {
        List<Value> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(place.below(String.valueOf(items.size()), line())));
        }
        return new Value.Sequence(place, items);
    }

    private int line() {
        return Math.max(0, parser.currentTokenLocation().getLineNr());
    }

    private static String firstSentence(JacksonException e) {
        String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
        // What stands there may be a password that lost its quotes.
        return Value.shown(message.lines().findFirst().orElse("").replaceAll("token '[^']*'", "token"));
    }
}
