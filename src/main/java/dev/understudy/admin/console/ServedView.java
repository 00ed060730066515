package dev.understudy.admin.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who serves, as a page shows it.
 *
 * @param level names a picture and a style
 * @param since null: always, or nobody knows
 */
record ServedView(
        String level, String words, String detail, @Nullable When since) {

    static ServedView of(ApiRow row, Instant now) {
        if (row.undeployed()) {
            return new ServedView("none", "Not served", "it was undeployed", null);
        }
        return row.servedBy()
                .map(by -> of(by, now))
                .orElse(new ServedView("nobody", "Not served", "no version of it could be read", null));
    }

    static ServedView of(ServedBy by, Instant now) {
        return new ServedView(
                by.level().word(),
                by.words(),
                by.detail(),
                by.since().map(since -> When.of(since, now)).orElse(null));
    }
}
