package dev.understudy.events;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.Hold;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Suspensions, and what operators hold, as events. */
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

    @Override
    public void held(Hold hold) {
        Map<String, String> facts = facts(hold);
        hold.until().ifPresent(end -> facts.put("until", end.toString()));
        events.add(
                Kind.OVERRIDE_SET,
                hold.url() + " is " + hold.kind().word()
                        + hold.until().map(end -> " until " + end).orElse("") + " by " + hold.by(),
                facts);
    }

    @Override
    public void letGo(Hold hold, String why) {
        Map<String, String> facts = facts(hold);
        facts.put("why", why);
        events.add(Kind.OVERRIDE_ENDED, hold.url() + " is not " + hold.kind().word() + " any more: " + why, facts);
    }

    private static Map<String, String> facts(Hold hold) {
        Map<String, String> facts = new HashMap<>();
        facts.put("endpoint", hold.url());
        facts.put("state", hold.kind().word());
        facts.put("by", hold.by());
        facts.put("reason", hold.reason());
        return facts;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e9);
    }
}
