package dev.understudy.admin.console;

import dev.understudy.definitions.Edit;
import java.time.Instant;
import java.util.List;

/** A draft, for people. @param places how many lists it changes */
record DraftView(String by, When at, int places) {

    /** One, or none. */
    static List<DraftView> of(Edit.Lists now) {
        return now.draft().stream()
                .map(draft -> new DraftView(
                        draft.by(),
                        When.of(draft.at(), Instant.now()),
                        now.wanted().lists().size()))
                .toList();
    }
}
