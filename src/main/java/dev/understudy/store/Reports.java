package dev.understudy.store;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last report of each process, in memory. Safe for use by many threads. */
final class Reports {

    /** The one that has been silent for longest goes. */
    private static final int MOST = 10_000;

    private record Said(Report report, long at) {}

    // The last one to be heard of is the last one here.
    private final Map<String, Said> last = new LinkedHashMap<>();

    synchronized void add(List<Report> reports) {
        long now = System.nanoTime();
        for (Report report : reports) {
            last.remove(report.instance());
            if (!report.leaving()) {
                last.values()
                        .removeIf(said -> said.report.name().equals(report.name())
                                && heard(said, now).missed());
                last.put(report.instance(), new Said(report, now));
            }
        }
        Iterator<Said> oldest = last.values().iterator();
        while (last.size() > MOST && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    synchronized List<Heard> all() {
        long now = System.nanoTime();
        return last.values().stream()
                .map(said -> heard(said, now))
                .filter(heard -> heard.ago().compareTo(Heard.FORGOTTEN_AFTER) < 0)
                .toList();
    }

    private static Heard heard(Said said, long now) {
        return new Heard(said.report, Duration.ofNanos(now - said.at));
    }
}
