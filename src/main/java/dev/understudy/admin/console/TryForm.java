package dev.understudy.admin.console;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.InvalidPath;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.catalog.RequestPath;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.loopback.Call;
import dev.understudy.loopback.Header;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriUtils;

/**
 * What is typed to try an operation, all of it but the token: that is read once and not kept.
 *
 * @param values by field
 * @param faults by field, for people
 */
record TryForm(Map<String, String> values, Map<String, String> faults) {

    static final String HOST = "host";
    static final String TOKEN = "token";
    static final String QUERY = "query";
    static final String HEADERS = "headers";
    static final String TYPE = "type";
    static final String BODY = "body";

    static final int LONGEST_PARAMETER = 1_000;
    static final int LONGEST_QUERY = 4_000;
    static final int LONGEST_HEADERS = 8_000;
    static final int MOST_HEADERS = 50;
    static final int LONGEST_TYPE = 200;
    static final int LONGEST_TOKEN = 8_000;
    static final int LONGEST_BODY = 64 << 10;

    /** What a request may take longer than the deadline of its operation. */
    private static final Duration SPARE = Duration.ofSeconds(5);

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final String REQUEST_ID = "X-Request-Id";
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "TRACE");

    // They are of a connection, or say how a message is cut out of it (RFC 9110 §7.6.1).
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Pattern NAME = Pattern.compile("\\{([^{}/]+)}|(\\*)$");
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e\\t]*");
    private static final Pattern TOKEN_TEXT = Pattern.compile("[\\x21-\\x7e]*");
    private static final Pattern BEARER = Pattern.compile("(?i)^Bearer[ \\t]+");
    private static final String OF_A_QUERY = "-._~!$&'()*+,;=:@/?%";

    /** A part of a path that somebody fills in. @param below whether it may be of several segments */
    record Parameter(String field, String name, boolean below) {

        /** Those of a path, in their order. */
        static List<Parameter> of(PathTemplate path) {
            List<Parameter> parameters = new ArrayList<>();
            Matcher names = NAME.matcher(path.text());
            while (names.find()) {
                boolean below = names.group(1) == null;
                parameters.add(new Parameter(
                        "path-" + parameters.size(), below ? "*" : String.valueOf(names.group(1)), below));
            }
            return parameters;
        }
    }

    /** @param call empty: something is wrong with the form */
    record Read(TryForm form, Optional<Call> call) {}

    static TryForm empty(String host) {
        return new TryForm(Map.of(HOST, host, TYPE, MediaType.APPLICATION_JSON_VALUE), Map.of());
    }

    /** Whether requests of this method have a body. */
    static boolean hasBody(Operation operation) {
        return !WITHOUT_BODY.contains(operation.method());
    }

    public String value(String field) {
        return values.getOrDefault(field, "");
    }

    /** Empty: there is none. */
    public String fault(String field) {
        return faults.getOrDefault(field, "");
    }

    /**
     * Reads a form, and says all that is wrong with it.
     *
     * @param host of the API
     * @param id of the request
     */
    static Read read(MultiValueMap<String, String> sent, Api api, Operation operation, String host, String id) {
        return new Reader(sent, api, operation).read(host, id);
    }

    /** One reading. */
    private static final class Reader {

        private final MultiValueMap<String, String> sent;
        private final Api api;
        private final Operation operation;
        private final Map<String, String> values = new HashMap<>();
        private final Map<String, String> faults = new LinkedHashMap<>();

        Reader(MultiValueMap<String, String> sent, Api api, Operation operation) {
            this.sent = sent;
            this.api = api;
            this.operation = operation;
        }

        Read read(String host, String id) {
            values.put(HOST, host);
            String target = path() + query();
            List<Header> headers = headers();
            Optional<byte[]> body = body();
            contentType(body.isPresent()).ifPresent(type -> headers.add(new Header("Content-Type", type)));
            token().ifPresent(token -> headers.add(new Header(api.tokenHeader(), "Bearer " + token)));
            headers.add(new Header(REQUEST_ID, id));
            Optional<Call> call = faults.isEmpty()
                    ? Optional.of(new Call(operation.method(), target, host, headers, body, patience(operation)))
                    : Optional.empty();
            return new Read(new TryForm(Map.copyOf(values), Map.copyOf(faults)), call);
        }

        /** Kept for the form, unless it is too long to be shown again. */
        private String kept(String field, int longest) {
            String value = typed(field, longest);
            values.put(field, value);
            return value;
        }

        private String typed(String field, int longest) {
            String value = Optional.ofNullable(sent.getFirst(field)).orElse("");
            // As forms are sent, a line ends with two characters, whatever was typed.
            String lines = value.replace("\r\n", "\n");
            if (lines.length() > longest) {
                faults.put(field, lines.length() + " characters (expected: at most " + longest + ").");
                return "";
            }
            return lines;
        }

        private String path() {
            Iterator<Parameter> parameters = Parameter.of(operation.path()).iterator();
            StringBuilder path = new StringBuilder();
            for (PathTemplate.Segment segment : new Match.Found(api, operation, "").segments()) {
                path.append('/').append(segment(segment, parameters));
            }
            if (operation.path().text().endsWith("/")) {
                path.append('/');
            }
            return path.toString();
        }

        private String segment(PathTemplate.Segment segment, Iterator<Parameter> parameters) {
            if (segment instanceof PathTemplate.Concrete concrete) {
                return literal(concrete.text());
            }
            List<String> literals =
                    segment instanceof PathTemplate.Partial partial ? partial.literals() : List.of("", "");
            StringBuilder text = new StringBuilder(literal(literals.get(0)));
            List<String> fields = new ArrayList<>();
            for (String literal : literals.subList(1, literals.size())) {
                Parameter parameter = parameters.next();
                fields.add(parameter.field());
                text.append(parameter(parameter)).append(literal(literal));
            }
            if (fields.stream().noneMatch(faults::containsKey)) {
                unfit("/" + text).ifPresent(why -> fields.forEach(field -> faults.put(field, why)));
            }
            return text.toString();
        }

        private String parameter(Parameter parameter) {
            String value = kept(parameter.field(), LONGEST_PARAMETER);
            if (value.isEmpty()) {
                faults.putIfAbsent(parameter.field(), "Nothing (expected: a value).");
            }
            return parameter.below()
                    ? Arrays.stream(value.split("/", -1)).map(Reader::escaped).collect(Collectors.joining("/"))
                    : escaped(value);
        }

        private static String escaped(String text) {
            return UriUtils.encode(text, StandardCharsets.UTF_8);
        }

        private static String literal(String text) {
            return UriUtils.encodePathSegment(text, StandardCharsets.UTF_8);
        }

        private static Optional<String> unfit(String path) {
            try {
                RequestPath.parse(path);
                return Optional.empty();
            } catch (InvalidPath refused) {
                return Optional.ofNullable(refused.getMessage());
            }
        }

        private String query() {
            String typed = kept(QUERY, LONGEST_QUERY).strip();
            String query = typed.startsWith("?") ? typed.substring(1) : typed;
            if (query.chars().anyMatch(Character::isISOControl)) {
                faults.put(QUERY, "A control character (expected: one line, such as size=2&hot=true).");
            }
            return query.isEmpty()
                    ? ""
                    : query.codePoints().mapToObj(Reader::ofQuery).collect(Collectors.joining("", "?", ""));
        }

        // What is escaped already stays as it is.
        private static String ofQuery(int character) {
            boolean allowed =
                    character < 0x80 && (Character.isLetterOrDigit(character) || OF_A_QUERY.indexOf(character) >= 0);
            return allowed ? Character.toString(character) : escaped(Character.toString(character));
        }

        private List<Header> headers() {
            List<Header> headers = new ArrayList<>();
            String[] lines = kept(HEADERS, LONGEST_HEADERS).split("\n", -1);
            for (int i = 0; i < lines.length; i++) {
                if (!lines[i].isBlank()) {
                    header(lines[i], i + 1).ifPresent(headers::add);
                }
            }
            if (headers.size() > MOST_HEADERS) {
                faults.putIfAbsent(HEADERS, headers.size() + " headers (expected: at most " + MOST_HEADERS + ").");
            }
            return headers;
        }

        private Optional<Header> header(String line, int number) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            Optional<String> fault = headerFault(name, value);
            fault.ifPresent(why -> faults.putIfAbsent(HEADERS, "Line " + number + ": " + why));
            return fault.isPresent() ? Optional.empty() : Optional.of(new Header(name, value));
        }

        private Optional<String> headerFault(String name, String value) {
            if (!HEADER_NAME.matcher(name).matches()) {
                return Optional.of("no header (expected: Name: value, the name without spaces).");
            }
            if (!PRINTABLE.matcher(value).matches()) {
                return Optional.of(name + " has a value with other characters than printable ASCII.");
            }
            return reserved(name.toLowerCase(Locale.ROOT)).map(why -> name + ": " + why);
        }

        private Optional<String> reserved(String name) {
            if (name.equals("authorization") || name.equals(api.tokenHeader().toLowerCase(Locale.ROOT))) {
                return Optional.of("tokens are not kept in a form. Put it into the field Token.");
            }
            if (name.equals("content-type") && hasBody(operation)) {
                return Optional.of("there is a field Content-Type.");
            }
            if (name.equals("host")) {
                return Optional.of("it is that of the API.");
            }
            if (name.equals("x-request-id")) {
                return Optional.of("the console gives the request one, by which it is found.");
            }
            // Where callers on this machine are trusted proxies they would be believed.
            if (name.equals("forwarded") || name.startsWith("x-forwarded-")) {
                return Optional.of("the gateway says itself whose request it is.");
            }
            return OF_THE_CONNECTION.contains(name)
                    ? Optional.of("it is of the connection, and cannot be chosen.")
                    : Optional.empty();
        }

        private Optional<byte[]> body() {
            String body = kept(BODY, LONGEST_BODY);
            if (!body.isEmpty() && !hasBody(operation)) {
                faults.put(BODY, "A body (expected: none, as the method is " + operation.method() + ").");
            }
            return body.isEmpty() ? Optional.empty() : Optional.of(body.getBytes(StandardCharsets.UTF_8));
        }

        private Optional<String> contentType(boolean used) {
            String type = kept(TYPE, LONGEST_TYPE).strip();
            if (type.isEmpty() || !used || faults.containsKey(TYPE)) {
                return Optional.empty();
            }
            if (!PRINTABLE.matcher(type).matches() || !isMediaType(type)) {
                faults.put(TYPE, "No media type (expected: one such as application/json, or nothing).");
            }
            return Optional.of(type);
        }

        private static boolean isMediaType(String text) {
            try {
                return MediaType.parseMediaType(text).isConcrete();
            } catch (InvalidMediaTypeException e) {
                return false;
            }
        }

        private Optional<String> token() {
            typed(TOKEN, LONGEST_TOKEN);
            String token = TryForm.token(sent);
            if (faults.containsKey(TOKEN)) {
                return Optional.empty();
            }
            if (!TOKEN_TEXT.matcher(token).matches()) {
                faults.put(TOKEN, "Characters that no token has (expected: a JWT on one line).");
                return Optional.empty();
            }
            return token.isEmpty() ? Optional.empty() : Optional.of(token);
        }
    }

    /** What was typed as the token; empty: nothing. */
    static String token(MultiValueMap<String, String> sent) {
        String typed = Optional.ofNullable(sent.getFirst(TOKEN)).orElse("").strip();
        return BEARER.matcher(typed).replaceFirst("");
    }

    private static Duration patience(Operation operation) {
        Duration deadline = Stream.of(operation.production(), operation.sandbox())
                .flatMap(Optional::stream)
                .map(EndpointGroup::policy)
                .map(policy -> policy.deadline().plus(SPARE))
                .max(Comparator.naturalOrder())
                .orElse(SPARE);
        return deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST;
    }
}
