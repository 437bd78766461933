package dev.gnomon.training.card;

import static dev.gnomon.core.html.Html.escape;

import dev.gnomon.training.card.ModelCard.Block;
import dev.gnomon.training.card.ModelCard.Section;

/// A model card as one page that needs nothing else. What people wrote is shown as text, never as
/// markup.
public final class CardPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--line:#8884}
      body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
      h2{margin-top:2rem;border-bottom:1px solid var(--line)}
      table{border-collapse:collapse;margin:.5rem 0}
      td,th{border-bottom:1px solid var(--line);padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
      .by{opacity:.7;font-size:.9em}
      """;

  private CardPage() {}

  /// A whole page.
  public static String render(ModelCard card) {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
        + escape(card.title())
        + "</title><meta name=\"viewport\" content=\"width=device-width\"><style>"
        + STYLE
        + "</style></head><body><main>\n<h1>"
        + escape(card.title())
        + "</h1>\n"
        + body(card)
        + "</main></body></html>\n";
  }

  /// Its sections, for a page that has its own frame.
  public static String body(ModelCard card) {
    StringBuilder out = new StringBuilder();
    for (Section section : card.sections()) {
      out.append("<section id=\"")
          .append(escape(section.id()))
          .append("\">\n<h2>")
          .append(escape(section.title()))
          .append("</h2>\n");
      for (Block block : section.blocks()) {
        switch (block) {
          case Block.Text text -> text(text.text(), out);
          case Block.Table table -> table(table, out);
        }
      }
      section
          .edited()
          .ifPresent(edit ->
              out.append("<p class=\"by\">Written by ")
                  .append(escape(edit.who()))
                  .append(", ")
                  .append(edit.at())
                  .append("</p>\n"));
      out.append("</section>\n");
    }
    return out.toString();
  }

  private static void text(String text, StringBuilder out) {
    for (String paragraph : text.strip().split("\\R\\s*\\R", -1)) {
      boolean list = false;
      boolean open = false;
      for (String line : paragraph.split("\\R", -1)) {
        boolean point = line.stripLeading().startsWith("- ");
        if (point && !list) {
          out.append(open ? "</p>\n" : "").append("<ul>\n");
          open = false;
        } else if (!point && list) {
          out.append("</ul>\n");
        }
        list = point;
        if (point) {
          out.append("<li>").append(escape(line.strip().substring(2))).append("</li>\n");
        } else {
          out.append(open ? "\n" : "<p>").append(escape(line));
          open = true;
        }
      }
      out.append(list ? "</ul>\n" : open ? "</p>\n" : "");
    }
  }

  private static void table(Block.Table table, StringBuilder out) {
    out.append("<table><thead><tr>");
    table.head().forEach(cell -> out.append("<th>").append(escape(cell)).append("</th>"));
    out.append("</tr></thead><tbody>\n");
    table
        .rows()
        .forEach(row -> {
          out.append("<tr>");
          row.forEach(cell -> out.append("<td>").append(escape(cell)).append("</td>"));
          out.append("</tr>\n");
        });
    out.append("</tbody></table>\n");
  }
}
