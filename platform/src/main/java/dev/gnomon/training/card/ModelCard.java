package dev.gnomon.training.card;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a version is, what it was measured at, what it is meant for and what not (after Mitchell
/// and others: Model Cards for Model Reporting, FAT* 2019).
///
/// All of it is drawn from the bundle, the registry and the ledger; some sections can be written
/// over by people. What they wrote stands in the ledger, who wrote it and when with it.
public record ModelCard(String useCase, int version, String title, List<Section> sections) {
  public ModelCard {
    sections = List.copyOf(sections);
  }

  /// @param id the name to edit it by
  /// @param edited empty while the generated text stands
  public record Section(
      String id, String title, boolean editable, List<Block> blocks, Optional<Edit> edited) {
    public Section {
      blocks = List.copyOf(blocks);
    }
  }

  /// Who wrote a section, and when.
  public record Edit(String who, Instant at) {}

  /// A piece of a section.
  public sealed interface Block {
    /// Paragraphs with blank lines between; lines that begin with `- ` are points.
    record Text(String text) implements Block {}

    /// @param head one per column
    record Table(List<String> head, List<List<String>> rows) implements Block {
      public Table {
        head = List.copyOf(head);
        rows = rows.stream().map(List::copyOf).toList();
      }
    }
  }

  /// The card as Markdown (tables as GitHub has them).
  public String markdown() {
    StringBuilder out = new StringBuilder("# ").append(line(title)).append('\n');
    for (Section section : sections) {
      out.append("\n## ").append(line(section.title())).append("\n\n");
      for (Block block : section.blocks()) {
        switch (block) {
          case Block.Text text -> out.append(text.text().strip()).append("\n\n");
          case Block.Table table -> {
            row(table.head(), out);
            row(table.head().stream().map(_ -> "---").toList(), out);
            table.rows().forEach(cells -> row(cells, out));
            out.append('\n');
          }
        }
      }
      section
          .edited()
          .ifPresent(edit ->
              out.append("*Written by ")
                  .append(line(edit.who()))
                  .append(", ")
                  .append(edit.at())
                  .append("*\n\n"));
      while (out.length() > 1 && out.charAt(out.length() - 2) == '\n') {
        out.setLength(out.length() - 1);
      }
    }
    return out.toString();
  }

  private static void row(List<String> cells, StringBuilder out) {
    List<String> safe = new ArrayList<>();
    cells.forEach(cell -> safe.add(line(cell).replace("|", "\\|")));
    out.append("| ").append(String.join(" | ", safe)).append(" |\n");
  }

  private static String line(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
