package dev.understudy.admin.console;

import dev.understudy.admin.RequestList;
import dev.understudy.admin.Requests;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.TokenIssuers;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.explain.Explainer;
import dev.understudy.explain.Explanation;
import dev.understudy.explain.Place;
import dev.understudy.explain.Told;
import dev.understudy.journal.RecentRequests;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Why requests went where they did, and where one would go. */
class RequestsPage {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    /** @param status in words */
    record Row(RequestList.Entry entry, String href, When at, String took, StatusView status) {

        static Row of(RequestList.Entry entry, Instant now) {
            return new Row(
                    entry,
                    Paths.request(entry.id()),
                    When.of(entry.at(), now),
                    millis(entry.ms()),
                    StatusView.of(entry.status(), entry.code()));
        }
    }

    /** What the caller got. @param level names a picture and a style */
    record StatusView(String level, String word, String more) {

        static StatusView of(int status, @Nullable String code) {
            String more = code == null ? "" : "by the gateway, code " + code;
            if (status == 0) {
                return new StatusView("nobody", "No answer", more);
            }
            String level = status >= 500 ? "nobody" : status >= 400 ? "none" : "first";
            return new StatusView(level, String.valueOf(status), more);
        }

        /** The same in other words. */
        StatusView worded(String other) {
            return new StatusView(level, other, more);
        }
    }

    /** Where an endpoint stands or stood. @param level names a picture and a style */
    record PlaceView(int position, String url, String level, String word, String why) {

        static PlaceView of(Place place) {
            return new PlaceView(
                    place.position(),
                    place.endpoint(),
                    switch (place.state()) {
                        case "ready" -> "first";
                        case "on_trial" -> "trial";
                        case "suspended" -> "nobody";
                        default -> "held";
                    },
                    capital(Words.of(place.state())),
                    place.why());
        }
    }

    /** An attempt. @param level names a picture and a style */
    record TryView(Told.Try attempt, String level, String word, String began, String took, String reached) {

        static TryView of(Told.Try attempt) {
            Integer status = attempt.status();
            boolean passedOn = attempt.next().equals("answer");
            return new TryView(
                    attempt,
                    passedOn ? "first" : "nobody",
                    status == null ? capital(Words.of(attempt.outcome())) : "Answered " + status,
                    millis(attempt.beganMs()),
                    millis(attempt.ms()),
                    Words.of(attempt.reached()));
        }
    }

    private final Console console;
    private final Requests requests;
    private final Explainer explainer;

    RequestsPage(
            Console console, ApiCatalog catalog, HealthRegistry health, TokenIssuers issuers, RecentRequests recent) {
        this.console = console;
        this.requests = new Requests(recent);
        this.explainer = new Explainer(catalog, health, issuers);
    }

    @Bean
    RouterFunction<ServerResponse> requestsPageRoutes() {
        return console.page(Paths.REQUESTS, (request, viewer) -> list(request))
                .and(console.page(Paths.REQUEST, (request, viewer) -> one(request)))
                .and(console.page(Paths.EXPLAIN, (request, viewer) -> explain(request)));
    }

    private Console.Page list(ServerRequest request) {
        Instant now = Instant.now();
        RequestList found = requests.list(request);
        return Console.Page.of(
                "requests",
                Map.of(
                        "title", "Requests",
                        "api", asked(request, "api"),
                        "status", asked(request, "status"),
                        "moved", asked(request, "moved"),
                        "remembered", found.remembered(),
                        "rows",
                                found.requests().stream()
                                        .map(entry -> Row.of(entry, now))
                                        .toList()));
    }

    private Console.Page one(ServerRequest request) {
        Told told = Told.of(requests.one(request.pathVariable("id")));
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Request " + told.id());
        values.put("told", told);
        values.put("at", When.of(told.at(), Instant.now()));
        values.put("took", millis(told.ms()));
        values.put("status", StatusView.of(told.status(), told.code()));
        values.put("timeLeft", told.timeLeftMs() == null ? "" : millis(told.timeLeftMs()));
        values.put("line", told.line().stream().map(PlaceView::of).toList());
        values.put("attempts", told.attempts().stream().map(TryView::of).toList());
        return Console.Page.of("request", values);
    }

    private Console.Page explain(ServerRequest request) {
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Explain a request");
        values.put("methods", METHODS);
        for (String name : List.of("method", "path", "host", "keytype", "body", "idempotency-key")) {
            values.put(name.replace("-", ""), asked(request, name));
        }
        values.put("fault", "");
        values.put("explanation", null);
        values.put("line", List.of());
        HttpStatus status = HttpStatus.OK;
        if (!request.queryParams().isEmpty()) {
            try {
                Explanation explanation = explainer.explain(Requests.question(request));
                values.put("explanation", explanation);
                values.put(
                        "line", explanation.line().stream().map(PlaceView::of).toList());
            } catch (ErrorResponseException fault) {
                values.put(
                        "fault",
                        Optional.ofNullable(fault.getBody().getDetail()).orElse(""));
                status = HttpStatus.UNPROCESSABLE_CONTENT;
            }
        }
        return Console.Page.of("explain", values).with(status);
    }

    private static String asked(ServerRequest request, String name) {
        return request.queryParam(name).orElse("");
    }

    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }

    private static String capital(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
