package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import java.util.Collection;
import java.util.Optional;

/** Looks at the names of members for those that nobody reads, which may have been meant to be others. */
final class Names {

    private final Findings findings;

    Names(Findings findings) {
        this.findings = findings;
    }

    /** For maps that only the gateway reads: every name that is not known is a fault. */
    void refuseOthers(Mapping mapping, Collection<String> known) {
        mapping.members().forEach((name, value) -> {
            if (!known.contains(name)) {
                fault(value, known, Words.nearest(name, known));
            }
        });
    }

    /** For maps that others read too: a slip of the pen is a fault, a name that is unlike all others a warning. */
    void refuseSlips(Mapping mapping, Collection<String> known) {
        mapping.members().forEach((name, value) -> {
            if (!known.contains(name)) {
                refuseSlip(value, known);
            }
        });
    }

    private void refuseSlip(Value value, Collection<String> known) {
        Optional<String> meant = Words.meant(value.place().token(), known);
        if (meant.isPresent()) {
            fault(value, known, meant);
        } else {
            findings.warn(value.place(), Value.shown(value.place().token()) + " has no effect");
        }
    }

    private void fault(Value value, Collection<String> known, Optional<String> meant) {
        String expected = String.join(", ", known.stream().sorted().toList());
        findings.faultText(
                value.place(),
                Value.shown(value.place().token()) + " (expected: one of " + expected + Words.hint(meant) + ")");
    }
}
