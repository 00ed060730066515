package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Revision;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far what is deployed is served, and why not. Knows APIs by their labels. Not for several threads at once. */
final class ServedApis {

    private static final String SOURCE = DeployedApis.SOURCE;

    // The lines are those of what others see.
    private static final Logger log = LoggerFactory.getLogger(DeployedApis.class);

    private final ApiCatalog catalog;
    private final Definitions definitions;

    /** What is deployed and not served, with the reason. */
    private final Map<String, List<String>> unserved = new HashMap<>();

    ServedApis(ApiCatalog catalog, Definitions definitions) {
        this.catalog = catalog;
        this.definitions = definitions;
    }

    /**
     * As far as each can be; those that cannot hold none of the others back, and are served as they were.
     *
     * @param gone labels of what is not to be served any more
     */
    void serve(List<DeployedApi> wanted, Set<String> gone, Function<Revision, Reading> reader) {
        Map<String, Reading> readings = new HashMap<>();
        Map<String, Reading.Accepted> accepted = new TreeMap<>();
        for (DeployedApi api : wanted) {
            Reading reading =
                    readings.computeIfAbsent(api.revision().archive(), digest -> reader.apply(api.revision()));
            if (reading instanceof Reading.Accepted read) {
                accepted.put(api.label(), read.on(api.placement().virtualHost()));
            } else {
                unserved(api.label(), texts(((Reading.Refused) reading).faults()), reading.warnings());
            }
        }
        publish(accepted, gone);
        gone.forEach(this::forget);
    }

    /** Those of them that are not served. */
    List<DeployedApi> without(List<DeployedApi> deployed) {
        return unserved.isEmpty()
                ? List.of()
                : deployed.stream()
                        .filter(api -> unserved.containsKey(api.label()))
                        .toList();
    }

    /** What is served under a label. */
    Optional<Api> at(String label) {
        return definitions.find(SOURCE, label).flatMap(Definition::served);
    }

    /** Why a change would not be made; empty: it would. */
    Optional<String> clash(Map<String, Reading.Accepted> changed, Set<String> gone) {
        return catalog.clash(SOURCE, apis(changed), gone).map(Finding::onOneLine);
    }

    /**
     * Serves these, and not those any more; or changes nothing.
     *
     * @param step done before the change is live
     * @return why nothing was changed; empty: it was
     */
    <X extends Exception> Optional<String> change(
            Map<String, Reading.Accepted> changed, Set<String> gone, ApiCatalog.Step<X> step) throws X {
        Optional<String> clash = catalog.replace(SOURCE, apis(changed), gone, step);
        if (clash.isPresent()) {
            return clash.map(Finding::onOneLine);
        }
        changed.forEach(this::served);
        gone.forEach(this::forget);
        return Optional.empty();
    }

    private void publish(Map<String, Reading.Accepted> accepted, Set<String> gone) {
        Map<String, String> refused = catalog.publish(SOURCE, apis(accepted), gone);
        accepted.forEach((label, reading) -> Optional.ofNullable(refused.get(label))
                .ifPresentOrElse(
                        why -> unserved(label, List.of(Finding.onOneLine(why)), reading.warnings()),
                        () -> served(label, reading)));
    }

    private void served(String label, Reading.Accepted reading) {
        if (unserved.remove(label) != null) {
            log.info("{} is served now", Finding.onOneLine(label));
        }
        report(label, Optional.of(reading.api()), List.of(), reading.warnings());
    }

    private void unserved(String label, List<String> why, List<Finding> warnings) {
        if (why.equals(unserved.put(label, why))) {
            return;
        }
        log.error(
                "{} was deployed, but cannot be served:{}",
                Finding.onOneLine(label),
                why.stream().map(each -> System.lineSeparator() + "  " + each).collect(Collectors.joining()));
        report(label, at(label), why, warnings);
    }

    private void report(String label, Optional<Api> api, List<String> faults, List<Finding> warnings) {
        definitions.put(new Definition(SOURCE, label, api, faults, texts(warnings), Instant.now()));
    }

    private void forget(String label) {
        unserved.remove(label);
        definitions.remove(SOURCE, label);
    }

    private static Map<String, Api> apis(Map<String, Reading.Accepted> readings) {
        Map<String, Api> apis = new TreeMap<>();
        readings.forEach((label, reading) -> apis.put(label, reading.api()));
        return apis;
    }

    private static List<String> texts(List<Finding> findings) {
        return findings.stream().map(Finding::toString).toList();
    }
}
