package dev.understudy.definitions;

import dev.understudy.catalog.Cors;
import dev.understudy.openapi.Defaults;
import dev.understudy.testkit.Policies;
import java.util.List;

/** What holds where nothing is said. */
final class Defaulted {

    static final Defaults DEFAULTS = new Defaults(
            Policies.policy().build(),
            64 << 20,
            new Cors(List.of("*"), List.of("GET"), List.of(), List.of(), false),
            false);

    private Defaulted() {}
}
