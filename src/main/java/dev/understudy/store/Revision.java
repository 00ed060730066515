package dev.understudy.store;

import java.time.Instant;
import java.util.Objects;

/**
 * One version of an API, as it was deployed once.
 *
 * @param number from 1, within its API
 * @param name of the API in this version
 * @param version of the API
 * @param type such as {@code HTTP}
 * @param context the path prefix under which it is served
 * @param archive SHA-256 of what was deployed, in hexadecimal digits
 * @param format what that is; in records of before there were others than {@link Format#ZIP}, it is not there
 * @param at when it was deployed
 * @param by who did it
 */
public record Revision(
        int number,
        String name,
        String version,
        String type,
        String context,
        String archive,
        Format format,
        Instant at,
        String by) {

    public Revision {
        format = Objects.requireNonNullElse(format, Format.ZIP);
    }

    /** By which what was deployed is found: of letters, digits and a dot. */
    public String archiveName() {
        return archive + "." + format.ending();
    }

    public boolean isNamed(String itsName, String itsVersion) {
        return name.equals(itsName) && version.equals(itsVersion);
    }
}
