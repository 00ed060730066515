package dev.understudy.events;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Suspensions as events. */
record HealthEvents(Events events) implements HealthListener {

    @Override
    public void suspended(Endpoint endpoint, String audience, Duration least, String why) {
        events.add(
                Kind.SUSPENDED,
                endpoint + " is suspended for " + seconds(least) + " s " + why + " (" + audience + ")",
                Map.of(
                        "endpoint",
                        endpoint.toString(),
                        "audience",
                        audience,
                        "seconds",
                        seconds(least),
                        "reason",
                        why));
    }

    @Override
    public void back(Endpoint endpoint, String audience, Duration after) {
        events.add(
                Kind.BACK,
                endpoint + " is back after " + seconds(after) + " s (" + audience + ")",
                Map.of("endpoint", endpoint.toString(), "audience", audience, "seconds", seconds(after)));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e9);
    }
}
