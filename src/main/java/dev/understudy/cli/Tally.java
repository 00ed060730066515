package dev.understudy.cli;

import dev.understudy.definitions.Checked;
import java.util.List;

/**
 * How many of each there are.
 *
 * @param good would be served
 * @param refused have faults, or are in the way of each other
 */
record Tally(int definitions, int good, int refused, int unreadable, int faults, int warnings) {

    static Tally of(List<Checked> all) {
        int good = count(all, Checked.State.GOOD);
        int unreadable = count(all, Checked.State.UNREADABLE);
        return new Tally(
                all.size(),
                good,
                all.size() - good - unreadable,
                unreadable,
                all.stream()
                        .filter(each -> each.state() != Checked.State.UNREADABLE)
                        .mapToInt(each -> each.faults().size())
                        .sum(),
                all.stream().mapToInt(each -> each.warnings().size()).sum());
    }

    /** Such as {@code 3 definitions: 2 good, 1 refused; 4 faults, 1 warning}. */
    @Override
    public String toString() {
        return number(definitions, "definition") + ": " + good + " good, " + refused + " refused"
                + (unreadable > 0 ? ", " + unreadable + " unreadable" : "") + "; " + number(faults, "fault") + ", "
                + number(warnings, "warning");
    }

    private static int count(List<Checked> all, Checked.State state) {
        return (int) all.stream().filter(each -> each.state() == state).count();
    }

    private static String number(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
