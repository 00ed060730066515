package dev.understudy.store;

import java.time.Instant;

/**
 * One version of an API, as it was deployed once.
 *
 * @param number from 1, within its API
 * @param name of the API in this version
 * @param version of the API
 * @param type such as {@code HTTP}
 * @param context the path prefix under which it is served
 * @param archive SHA-256 of the project, in hexadecimal digits
 * @param at when it was deployed
 * @param by who did it
 */
public record Revision(
        int number, String name, String version, String type, String context, String archive, Instant at, String by) {

    public boolean isNamed(String itsName, String itsVersion) {
        return name.equals(itsName) && version.equals(itsVersion);
    }
}
