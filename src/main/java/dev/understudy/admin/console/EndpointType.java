package dev.understudy.admin.console;

import dev.understudy.openapi.EndpointLists.Listed;
import java.util.Optional;

/** How the endpoints of a list stand to each other, in the words of WSO2's Publisher. */
enum EndpointType {
    FAILOVER("Failover", "failover", "The first one is asked; the next ones when those before them are away."),
    LOAD_BALANCED("Load balanced", "load_balance", "They are asked in turn; one that is away is left out."),
    SINGLE("Single", "http", "One endpoint, with nobody to step in.");

    private final String label;
    private final String written;
    private final String hint;

    EndpointType(String label, String written, String hint) {
        this.label = label;
        this.written = written;
        this.hint = hint;
    }

    public String label() {
        return label;
    }

    public String hint() {
        return hint;
    }

    /** What a list is; where it does not say so, one endpoint is a single one, and several take turns. */
    static EndpointType of(Listed list) {
        if (list.type().equals("failover")) {
            return FAILOVER;
        }
        boolean turns = list.type().equals("load_balance") || list.type().equals("loadbalance");
        return turns || list.urls().size() > 1 ? LOAD_BALANCED : SINGLE;
    }

    /** @param name as a form has it; what is none is taken as failover */
    static EndpointType named(String name) {
        for (EndpointType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return FAILOVER;
    }

    /** The word for it in a document: the one that stands there already where that says the same. */
    String written(Optional<Listed> before) {
        return before.filter(list -> of(list) == this).map(Listed::type).orElse(written);
    }

    /** How an endpoint is called. @param position from 0 */
    String nameOf(int position) {
        return switch (this) {
            case FAILOVER -> position == 0 ? "Primary" : "Understudy " + position;
            case LOAD_BALANCED -> "Endpoint " + (position + 1);
            case SINGLE -> position == 0 ? "Endpoint" : "Endpoint " + (position + 1);
        };
    }
}
