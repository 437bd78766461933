package dev.gnomon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A table of texts that fits a terminal: heads give way first, then the widest columns, and what
/// does not fit ends with `…`.
final class TextTable {
  private static final int GAP = 2;
  private static final int LEAST = 6;

  private final List<List<String>> rows = new ArrayList<>();
  private final Set<Integer> whole;

  TextTable(List<String> head) {
    this(head, Set.of());
  }

  /// @param whole columns whose cells are never cut
  TextTable(List<String> head, Set<Integer> whole) {
    this.whole = Set.copyOf(whole);
    rows.add(List.copyOf(head));
  }

  /// One cell per column.
  void add(List<String> cells) {
    rows.add(cells.stream().map(cell -> cell.replaceAll("[\\r\\n\\t]+", " ")).toList());
  }

  /// One line per row, the head first.
  List<String> lines(int width) {
    int columns = rows.getFirst().size();
    int[] cells = new int[columns];
    for (List<String> row : rows.subList(1, rows.size())) {
      for (int i = 0; i < columns; i++) {
        cells[i] = Math.max(cells[i], row.get(i).length());
      }
    }
    int[] widths = new int[columns];
    for (int i = 0; i < columns; i++) {
      widths[i] = Math.max(cells[i], rows.getFirst().get(i).length());
    }
    while (total(widths) > width) {
      int longest = 0;
      int widest = -1;
      for (int i = 0; i < columns; i++) {
        longest = widths[i] - cells[i] > widths[longest] - cells[longest] ? i : longest;
        boolean wider = widest < 0 || widths[i] > widths[widest];
        widest = wider && !whole.contains(i) ? i : widest;
      }
      if (widths[longest] > Math.max(cells[longest], LEAST)) {
        widths[longest]--;
        continue;
      }
      if (widest < 0 || widths[widest] <= LEAST) {
        break;
      }
      widths[widest]--;
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        String shown = cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "…" : cell;
        line.append(shown).append(" ".repeat(widths[i] - shown.length() + GAP));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int total(int[] widths) {
    int sum = GAP * (widths.length - 1);
    for (int width : widths) {
      sum += width;
    }
    return sum;
  }
}
