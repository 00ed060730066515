package dev.understudy.store;

import java.time.Instant;
import java.util.List;

/**
 * What a process says of itself to those who look after all of them.
 *
 * @param instance of this run of it
 * @param name by which people know it
 * @param version of the program
 * @param role what it does, as it is configured
 * @param started when it did
 * @param leaving whether it ends now
 * @param revision of the store up to which it has taken over all changes; -1: none yet
 * @param refused what it does not serve as it should
 * @param endpoints how many it knows
 * @param states of the endpoints that are not ready, the first ones by URL
 * @param others how many more are not ready
 */
public record Report(
        String instance,
        String name,
        String version,
        String role,
        Instant started,
        boolean leaving,
        long revision,
        List<Refused> refused,
        int endpoints,
        List<State> states,
        int others) {

    /** @param what as its author knows it, or the store itself */
    public record Refused(String what, String why) {}

    /** @param state such as {@code suspended} */
    public record State(String url, String state, Instant since) {}

    /** More are only counted. */
    public static final int MOST_STATES = 200;

    /** More are left out. */
    public static final int MOST_REFUSED = 50;

    private static final int LONGEST = 200;

    /** @throws IllegalArgumentException if it is none that a process of this program makes */
    public Report {
        refused = List.copyOf(refused);
        states = List.copyOf(states);
        if (!instance.matches("[0-9a-f-]{36}") || name.isEmpty() || name.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "instance or name (expected: a UUID, and 1 to " + LONGEST + " characters)");
        }
        if (states.size() > MOST_STATES || refused.size() > MOST_REFUSED) {
            throw new IllegalArgumentException("states or refused (expected: no more than those that are kept)");
        }
    }
}
