package dev.understudy.admin.console;

import dev.understudy.admin.console.RequestsPage.StatusView;
import dev.understudy.explain.Told;
import dev.understudy.loopback.Header;
import dev.understudy.loopback.Loopback;
import dev.understudy.loopback.Outcome;
import dev.understudy.loopback.Outcome.Answered;
import dev.understudy.loopback.Outcome.End;
import dev.understudy.loopback.Outcome.Unanswered;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of trying an operation, as a page shows it.
 *
 * @param status in words; its level names a picture and a style
 * @param advice what to do about it; empty: nothing is known
 * @param headers as a caller gets them
 * @param body in words: what of it is shown, and how long it is
 * @param text the body; empty: there is none that is text
 */
record TryAnswer(StatusView status, String took, String advice, List<Header> headers, String body, String text) {

    /** In the place of the token, where an endpoint sent it back. */
    static final String HIDDEN = "[the token]";

    // What is shorter is no token, and would be found in the middle of words.
    private static final int LEAST_TOKEN = 16;

    // Nobody reads what is deeper, and each level makes each line longer.
    private static final JsonMapper JSON = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build());

    private static final Map<String, String> ADVICE = Map.of(
            "900900", "The keys of the token's issuer could never be fetched: the log of the gateway says why.",
            "900901",
                    "The token was not accepted: its issuer, its signature, its audience, its dates or its key type. Look"
                            + " at what it says, and at understudy.security.issuers.",
            "900902", "A token is asked for. Put one into the field Token.",
            "900903", "The token has expired. Get a new one.",
            "900910", "The token lacks a scope: WWW-Authenticate says which ones are asked for.",
            "102503", "No endpoint could be reached: the attempts say why.",
            "102504", "No endpoint answered in time: the attempts say which ones were asked.",
            "102508", "All endpoints are held by an operator: the page Endpoints says by whom.",
            "102510", "The last endpoint that was asked gave no valid answer: the attempts say why.");

    /** @param told empty: nothing is remembered of it; @param token that was sent, so that it is not shown */
    static TryAnswer of(Outcome outcome, Optional<Told> told, String token) {
        Optional<String> code = told.map(Told::code);
        String took = took(outcome.took());
        if (outcome instanceof Unanswered unanswered) {
            return new TryAnswer(
                    new StatusView("nobody", "No answer", ""), took, why(unanswered.reason()), List.of(), "", "");
        }
        Answered answered = (Answered) outcome;
        Optional<MediaType> type = type(answered.headers());
        Optional<String> text = text(answered, type);
        return new TryAnswer(
                StatusView.of(answered.status(), code.orElse(null)).worded(phrase(answered.status())),
                took,
                code.map(ADVICE::get).orElse(""),
                answered.headers().stream()
                        .map(header -> new Header(header.name(), hide(header.value(), token)))
                        .toList(),
                told(answered, type, text.isPresent()),
                hide(text.orElse(""), token));
    }

    /** For the audit log. */
    static String inShort(Outcome outcome) {
        return outcome instanceof Answered answered
                ? "answered " + answered.status()
                : "no answer: "
                        + ((Unanswered) outcome)
                                .reason()
                                .name()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', ' ');
    }

    private static String why(Outcome.Reason reason) {
        return switch (reason) {
            case NOT_REACHED -> "The gateway's own listener could not be reached. It may be ending.";
            case TLS ->
                "The console and the gateway's own listener did not agree on TLS. Where server.ssl.client-auth is"
                        + " need, the console takes the plain listener: turn on understudy.http.port.";
            case CLOSED ->
                "The connection closed before there was an answer, as it does when the head of the request is"
                        + " not one that the listener takes.";
            case LATE ->
                "There was no answer within the deadline of the operation and a little more, or within two"
                        + " minutes.";
        };
    }

    private static String phrase(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return status + (known == null ? "" : " " + known.getReasonPhrase());
    }

    private static String told(Answered answered, Optional<MediaType> type, boolean isText) {
        String rest = switch (answered.end()) {
            case WHOLE -> "";
            case TOO_LONG -> " More than " + Loopback.BODY_BYTES / 1024 + " KiB are not taken here: the rest was left.";
            case TOO_SLOW ->
                " It was not at its end after " + Loopback.BODY_TIME.toSeconds() + " s: the rest was left.";
            case BROKEN -> " Then it broke off.";
        };
        int length = answered.body().length;
        if (length == 0) {
            return (answered.end() == End.WHOLE ? "It has no body." : "Nothing of it came.") + rest;
        }
        String bytes = (answered.end() == End.WHOLE ? "" : "the first ") + length + (length == 1 ? " byte" : " bytes");
        return (isText ? "It is " : "It is no text, and not shown: ")
                + bytes
                + type.map(known -> " of " + known).orElse("")
                + "."
                + rest;
    }

    private static String hide(String text, String token) {
        return token.length() < LEAST_TOKEN ? text : text.replace(token, HIDDEN);
    }

    private static Optional<MediaType> type(List<Header> headers) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase("Content-Type"))
                .findFirst()
                .flatMap(header -> parsed(header.value()));
    }

    private static Optional<MediaType> parsed(String type) {
        try {
            return Optional.of(MediaType.parseMediaType(type));
        } catch (InvalidMediaTypeException e) {
            return Optional.empty();
        }
    }

    /** The body as it is read by people; empty: it is no text. */
    private static Optional<String> text(Answered answered, Optional<MediaType> type) {
        Charset charset = type.map(MediaType::getCharset).orElse(StandardCharsets.UTF_8);
        boolean whole = answered.end() == End.WHOLE;
        boolean json = type.map(MediaType::getSubtype)
                .filter(subtype -> subtype.equals("json") || subtype.endsWith("+json"))
                .isPresent();
        return decoded(answered.body(), charset, whole).map(text -> json && whole ? indented(text) : text);
    }

    // What was cut may have been cut within a character.
    private static Optional<String> decoded(byte[] body, Charset charset, boolean whole) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate((int) Math.ceil(body.length * (double) decoder.maxCharsPerByte()) + 1);
        boolean wrong = decoder.decode(ByteBuffer.wrap(body), text, whole).isError();
        return wrong || text.flip().chars().anyMatch(TryAnswer::isOfNoText)
                ? Optional.empty()
                : Optional.of(text.toString());
    }

    private static boolean isOfNoText(int character) {
        return Character.isISOControl(character) && "\t\n\r\f".indexOf(character) < 0;
    }

    /** The same values, as they are written, on lines of their own. What is no JSON stays. */
    private static String indented(String text) {
        StringWriter lines = new StringWriter();
        try (JsonParser parser = JSON.reader().createParser(text);
                JsonGenerator generator = JSON.writerWithDefaultPrettyPrinter().createGenerator(lines)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isNumeric()) {
                    generator.writeNumber(parser.getString());
                } else {
                    generator.copyCurrentEvent(parser);
                }
            }
        } catch (JacksonException e) {
            return text;
        }
        return lines.toString();
    }

    private static String took(Duration took) {
        return RequestsPage.millis(took.toNanos() / 1_000 / 1e3);
    }
}
