package dev.understudy.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;

/** All that spans say; those without {@code understudy} are of OpenTelemetry's semantic conventions for HTTP. */
enum SpanAttribute {
    METHOD(Of.BOTH, "http.request.method", "method; `_OTHER`: one that HTTP does not know"),
    ORIGINAL_METHOD(Of.REQUEST, "http.request.method_original", "that one, as it came. Only then"),
    STATUS(Of.BOTH, "http.response.status_code", "status of the answer, a number. Not there: there was none"),
    ROUTE(Of.REQUEST, "http.route", "base path of the API and template. Not there: no operation was found"),
    SCHEME(Of.BOTH, "url.scheme", "`http` or `https`; of an attempt, that of the endpoint"),
    PATH(Of.REQUEST, "url.path", "as it came, without the query"),
    ERROR(
            Of.BOTH,
            "error.type",
            "why the span has the status `ERROR`: a status, the outcome, or `broken_off`. Not there: it has not"),
    SERVER(Of.ATTEMPT, "server.address", "host of the endpoint"),
    PORT(Of.ATTEMPT, "server.port", "port of the endpoint, a number"),
    ID(Of.REQUEST, "understudy.request.id", "its `X-Request-Id`: [why it went where it did](explain.md)"),
    API(Of.BOTH, "understudy.api", "name and version. Not there: no operation was found"),
    OPERATION(Of.BOTH, "understudy.operation", "method and template, such as `GET /menu/{id}`"),
    CODE(Of.REQUEST, "understudy.code", "of [the gateway's own answer](answers.md). Not there: it is an endpoint's"),
    ENDING(Of.REQUEST, "understudy.ending", "`whole`, `broken_off` by the endpoint, or `caller_left`"),
    POSITION(Of.ATTEMPT, "understudy.endpoint.position", "1-based place in the document's list, a number"),
    OUTCOME(
            Of.ATTEMPT,
            "understudy.attempt.outcome",
            "`answered`, or [why there was no answer](explain.md#words). Not there: the caller left before that was known"),
    WHY(Of.ATTEMPT, "understudy.attempt.why", "[the rule](explain.md#words) by which it was asked"),
    REACHED(Of.ATTEMPT, "understudy.attempt.reached", "[how far it came](explain.md#words)"),
    NEXT(
            Of.ATTEMPT,
            "understudy.attempt.next",
            "[the rule](explain.md#words) that let the request move on, or stopped it");

    /** Which spans have it. */
    enum Of {
        REQUEST("request"),
        ATTEMPT("attempt"),
        BOTH("both");

        private final String word;

        Of(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private final Of of;
    private final String key;
    private final String meaning;
    private final AttributeKey<String> text;
    private final AttributeKey<Long> number;

    SpanAttribute(Of of, String key, String meaning) {
        this.of = of;
        this.key = key;
        this.meaning = meaning;
        this.text = AttributeKey.stringKey(key);
        this.number = AttributeKey.longKey(key);
    }

    Of of() {
        return of;
    }

    String key() {
        return key;
    }

    /** In Markdown, from {@code docs/reference}. */
    String meaning() {
        return meaning;
    }

    void set(Span span, String value) {
        span.setAttribute(text, value);
    }

    void set(Span span, long value) {
        span.setAttribute(number, value);
    }
}
