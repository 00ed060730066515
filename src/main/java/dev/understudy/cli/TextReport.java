package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import dev.understudy.definitions.Checked;
import dev.understudy.openapi.Finding;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** One line for each finding, which begins as those of compilers do, and one for all of them. */
record TextReport(PrintWriter out, Ansi ansi) {

    void write(List<Checked> all) {
        for (Checked checked : all) {
            checked.faults().forEach(fault -> write(checked, "fault", Style.fg_red, fault));
            checked.warnings().forEach(warning -> write(checked, "warning", Style.fg_yellow, warning));
        }
        out.println(Tally.of(all));
    }

    private void write(Checked checked, String kind, IStyle colour, Finding finding) {
        String file = finding.file().isEmpty() ? "" : "/" + Finding.shown(finding.file());
        String line = finding.line() > 0 ? ":" + finding.line() : "";
        String at = finding.pointer().isEmpty() ? "" : " at #" + Finding.shown(finding.pointer());
        out.println(OneLine.of(checked.name()) + file + line + ": " + ansi.apply(kind, List.of(colour)) + at + ": "
                + finding.text());
    }
}
