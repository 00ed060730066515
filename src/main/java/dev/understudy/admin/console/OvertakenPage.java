package dev.understudy.admin.console;

import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.definitions.Edit;
import dev.understudy.store.Revision;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/** Somebody else was faster: what they did, and what was not kept. */
final class OvertakenPage {

    private OvertakenPage() {}

    /** @param mine the form that was not kept; empty: it was about the draft as a whole */
    static Console.Page page(OneApi api, Console.Viewer viewer, Edit.Overtaken overtaken, Optional<ListForm> mine) {
        Instant moment = Instant.now();
        Edit.Lists now = overtaken.now();
        EndpointLevels levels = new EndpointLevels(now, api.served());
        Map<String, Object> values = EndpointsPage.about(api, viewer);
        Revision latest = now.api().latest();
        values.put("title", "Somebody was faster");
        values.put("latest", latest.number());
        values.put("by", latest.by());
        values.put("at", When.of(latest.at(), moment));
        values.put("deployed", ListView.all(overtaken.deployed(), levels));
        values.put(
                "deployedSince",
                mine.map(form -> form.seen().revision() != latest.number())
                        .orElse(!overtaken.deployed().isEmpty()));
        values.put("draft", DraftView.of(now));
        values.put("wanted", ListView.all(now.wanted().lists(), levels));
        values.put("mine", mine.map(form -> form.onTopOf(now.seen())).orElse(null));
        values.put("mineDraft", now.seen().draft().orElse(""));
        values.put(
                "mineList",
                mine.map(form -> new ListView.At(
                                PlaceLinks.where(form.place()),
                                ListView.of(levels.of(form), levels.otherwise(form.place()))))
                        .orElse(null));
        values.put(
                "here",
                mine.map(form -> PlaceLinks.href(api.row().id(), form.place()))
                        .orElse(Paths.endpoints(api.row().id())));
        return Console.Page.of("endpoints-overtaken", values).with(HttpStatus.CONFLICT);
    }
}
