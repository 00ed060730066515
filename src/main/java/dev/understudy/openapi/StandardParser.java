package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Scalar;
import dev.understudy.openapi.Value.Sequence;
import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Has swagger-parser read a document, and gives what it complains of a place. It gets the tree that was read before and
 * not the text, so that it cannot understand another document than everybody else, nor be made to open anything.
 */
final class StandardParser {

    private static final Logger log = LoggerFactory.getLogger(StandardParser.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?");
    private static final Pattern ATTRIBUTE = Pattern.compile("attribute (\\S.*?) is (.*)");
    private static final Pattern STEP = Pattern.compile("'([^']*)'|\\((\\w+)\\)|([^.'()]+)");

    /** Below these the gateway reads; elsewhere a complaint is a warning. */
    private static final Set<String> READ =
            Set.of("paths", "security", "servers", "securityDefinitions", "host", "basePath", "schemes");

    private final Mapping document;
    private final Optional<OpenAPI> parsed;
    private final List<String> complaints;

    private StandardParser(Mapping document, Optional<OpenAPI> parsed, List<String> complaints) {
        this.document = document;
        this.parsed = parsed;
        this.complaints = complaints;
    }

    static StandardParser of(Mapping document) {
        String json = json(document);
        ParseOptions options = new ParseOptions();
        options.setResolve(false);
        try {
            SwaggerParseResult result = new OpenAPIParser().readContents(json, null, options);
            List<String> messages = result.getMessages() == null ? List.of() : result.getMessages();
            return new StandardParser(document, Optional.ofNullable(result.getOpenAPI()), messages);
        } catch (RuntimeException e) {
            log.debug("swagger-parser failed", e);
            return new StandardParser(document, Optional.empty(), List.of());
        }
    }

    /** The document as OpenAPI 3, whichever version it is written in; empty if it could not be understood at all. */
    Optional<OpenAPI> parsed() {
        return parsed;
    }

    /** Adds what it complains of to what was found already. */
    void report(Findings findings) {
        List<String> others = complaints.stream()
                .filter(complaint -> !isReported(complaint, findings))
                .toList();
        if (!others.isEmpty()) {
            findings.warn(
                    document.place(),
                    "not all is as OpenAPI has it where the gateway does not look (" + others.size()
                            + (others.size() == 1 ? " place" : " places") + "); the first: "
                            + other(others.get(0)));
        }
        if (parsed.isEmpty() && !findings.hasFaults()) {
            findings.faultText(document.place(), "not to be understood (expected: an OpenAPI document)");
        }
    }

    /** Whether it is of something that the gateway reads, and a fault now. */
    private boolean isReported(String complaint, Findings findings) {
        Matcher attribute = ATTRIBUTE.matcher(complaint);
        if (!attribute.matches()) {
            return false;
        }
        List<String> steps = steps(attribute.group(1));
        if (!concernsTheGateway(steps)) {
            return false;
        }
        Place place = placeOf(document, steps);
        if (!findings.faulty(place)) {
            findings.faultText(place, words(steps, attribute) + " (expected: as OpenAPI has it)");
        }
        return true;
    }

    private Finding other(String complaint) {
        Matcher attribute = ATTRIBUTE.matcher(complaint);
        if (!attribute.matches()) {
            return new Finding("", document.place().line(), Value.shown(complaint));
        }
        List<String> steps = steps(attribute.group(1));
        Place place = placeOf(document, steps);
        return new Finding(place.pointer(), place.line(), words(steps, attribute));
    }

    private static String words(List<String> steps, Matcher attribute) {
        return "'" + steps.get(steps.size() - 1) + "' is " + attribute.group(2).replace('`', '\'');
    }

    // What an operation consists of besides, such as its responses, is between caller and endpoint.
    private static boolean concernsTheGateway(List<String> steps) {
        if (!READ.contains(steps.get(0))) {
            return false;
        }
        return !steps.get(0).equals("paths")
                || steps.size() <= 3
                || Set.of("security", "servers").contains(steps.get(3));
    }

    private static List<String> steps(String location) {
        List<String> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(location);
        while (matcher.find()) {
            String quoted = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            steps.add(quoted != null ? quoted : matcher.group(3));
        }
        return steps.isEmpty() ? List.of(location) : steps;
    }

    /** The deepest place on the way that is there. */
    private static Place placeOf(Mapping document, List<String> steps) {
        Value at = document;
        for (String step : steps) {
            Optional<Value> next = at.asMapping().flatMap(mapping -> mapping.get(step));
            if (next.isEmpty()) {
                break;
            }
            at = next.get();
        }
        return at.place();
    }

    private static String json(Mapping document) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(document, generator, new Tree.Budget(), Extent.of(document), 0);
        }
        return text.toString();
    }

    // Counted again, since one path item or parameter may be referred to many times.
    private static void write(Value value, JsonGenerator generator, Tree.Budget budget, Extent extent, int above) {
        budget.spend(value.place(), value instanceof Scalar scalar ? scalar.text() : "");
        extent.spend(value.place(), above);
        if (value instanceof Mapping mapping) {
            generator.writeStartObject();
            mapping.members().forEach((name, member) -> {
                generator.writeName(name);
                write(member, generator, budget, extent, above + name.length() + 1);
            });
            generator.writeEndObject();
        } else if (value instanceof Sequence sequence) {
            generator.writeStartArray();
            sequence.items().forEach(item -> write(item, generator, budget, extent, above + 1));
            generator.writeEndArray();
        } else {
            write((Scalar) value, generator);
        }
    }

    private static void write(Scalar scalar, JsonGenerator generator) {
        switch (scalar.kind()) {
            case NULL -> generator.writeNull();
            case BOOLEAN -> generator.writeBoolean(Boolean.parseBoolean(scalar.text()));
            case TEXT -> generator.writeString(scalar.text());
            case NUMBER -> {
                if (NUMBER.matcher(scalar.text()).matches()) {
                    generator.writeNumber(scalar.text());
                } else {
                    generator.writeString(scalar.text());
                }
            }
        }
    }
}
