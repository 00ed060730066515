package dev.understudy.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Columns below each other. Nothing is cut: whoever searches in it finds what is there. */
final class Table {

    private static final String GAP = "  ";

    private record Cell(String text, UnaryOperator<String> paint) {

        // What is painted is longer than it looks.
        String padded(int width) {
            return paint.apply(text) + " ".repeat(Math.max(0, width - length()));
        }

        int length() {
            return text.codePointCount(0, text.length());
        }
    }

    private final List<List<Cell>> rows = new ArrayList<>();
    private final int painted;

    /** @param titles of the columns */
    Table(String... titles) {
        this(-1, titles);
    }

    /** @param painted the column that rows have a colour for */
    Table(int painted, String... titles) {
        this.painted = painted;
        row(titles);
    }

    void row(String... texts) {
        row(text -> text, texts);
    }

    void row(UnaryOperator<String> paint, String... texts) {
        List<Cell> cells = new ArrayList<>();
        for (String text : texts) {
            cells.add(new Cell(text, cells.size() == painted ? paint : same -> same));
        }
        rows.add(cells);
    }

    List<String> lines() {
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row ->
                Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length())));
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<Cell> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            boolean last = i == row.size() - 1;
            line.append(row.get(i).padded(last ? 0 : widths[i])).append(last ? "" : GAP);
        }
        return line.toString().stripTrailing();
    }
}
