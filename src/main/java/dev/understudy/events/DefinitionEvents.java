package dev.understudy.events;

import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import java.util.HashMap;
import java.util.Map;

/** What becomes of documents, as events. */
record DefinitionEvents(Events events) implements Definitions.Listener {

    @Override
    public void changed(Definition definition) {
        boolean served = definition.state() == Definition.State.SERVED;
        Map<String, String> facts = facts(definition);
        if (!served) {
            facts.put("faults", String.valueOf(definition.faults().size()));
            facts.put("first-fault", definition.faults().get(0));
        }
        events.add(
                served ? Kind.SERVED : Kind.REFUSED,
                name(definition)
                        + (served
                                ? " is served"
                                : " is refused: " + definition.faults().get(0)),
                facts);
    }

    @Override
    public void gone(Definition last) {
        events.add(Kind.GONE, name(last) + " is gone", facts(last));
    }

    private static Map<String, String> facts(Definition definition) {
        Map<String, String> facts = new HashMap<>();
        facts.put("source", definition.source());
        facts.put("name", definition.name());
        definition.served().ifPresent(api -> facts.put("api", api.name() + " " + api.version()));
        return facts;
    }

    private static String name(Definition definition) {
        return definition.name() + " (" + definition.source() + ")";
    }
}
