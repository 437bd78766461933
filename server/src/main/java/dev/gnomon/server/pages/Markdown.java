package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of Markdown that notes and model cards use: headings, paragraphs, lists, tables, code,
/// emphasis, links. Everything is escaped first; raw HTML and pictures stay text.
final class Markdown {
  private static final int LONGEST = 60_000;

  /// Longer tables open on demand.
  private static final int MOST_ROWS = 15;

  private static final Pattern CODE = Pattern.compile("`([^`]{1,2000})`");
  private static final Pattern STRONG = Pattern.compile("\\*\\*([^*]{1,2000})\\*\\*");

  /// Of what is escaped already: no quote ends the attribute.
  private static final Pattern LINK =
      Pattern.compile("\\[([^\\]\\[]{1,500})\\]\\((https?://[^)\\s<>\"']{1,2000})\\)");

  private static final Pattern HEADING = Pattern.compile("(#{1,6})\\s+(.*?)\\s*#*");
  private static final Pattern ITEM = Pattern.compile("\\s*(?:[-*+]|[0-9]{1,4}[.)])\\s+(.*)");
  private static final Pattern RULE = Pattern.compile("\\s*\\|?[\\s:|-]*-[\\s:|-]*\\|?\\s*");

  private final List<String> lines;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Markdown(String text) {
    this.lines = text.lines().toList();
  }

  static String html(String text) {
    return new Markdown(Words.cut(text, LONGEST)).blocks();
  }

  /// The first of it without its marks, as text, for a line in a table.
  static String text(String text) {
    return Words.cut(text, 2_000)
        .replaceAll("```[^`]*```", " ")
        .replaceAll("\\[([^\\]]{1,500})\\]\\([^)\\s]{1,2000}\\)", "$1")
        .replaceAll("(?m)^\\s*(#{1,6}|[-*+]|>)\\s+", "")
        .replaceAll("\\*\\*|`", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private String blocks() {
    while (at < lines.size()) {
      String line = lines.get(at);
      Matcher heading = HEADING.matcher(line);
      if (line.isBlank()) {
        at++;
      } else if (line.stripLeading().startsWith("```")) {
        code();
      } else if (heading.matches()) {
        // Those of the page itself are the first two levels.
        int level = Math.min(6, heading.group(1).length() + 2);
        out.append("<h").append(level).append('>').append(inline(heading.group(2)));
        out.append("</h").append(level).append('>');
        at++;
      } else if (ITEM.matcher(line).matches()) {
        list();
      } else if (line.strip().startsWith("|")
          && at + 1 < lines.size()
          && RULE.matcher(lines.get(at + 1)).matches()) {
        table();
      } else {
        paragraph();
      }
    }
    return out.toString();
  }

  private void code() {
    out.append("<pre>");
    for (at++; at < lines.size() && !lines.get(at).stripLeading().startsWith("```"); at++) {
      out.append(Html.escape(lines.get(at))).append('\n');
    }
    at++;
    out.append("</pre>");
  }

  private void list() {
    out.append("<ul>");
    while (at < lines.size()) {
      Matcher item = ITEM.matcher(lines.get(at));
      if (!item.matches()) {
        break;
      }
      out.append("<li>").append(inline(item.group(1))).append("</li>");
      at++;
    }
    out.append("</ul>");
  }

  private void table() {
    int begin = at;
    int rows = 0;
    for (at += 2; at < lines.size() && lines.get(at).strip().startsWith("|"); at++) {
      rows++;
    }
    boolean folded = rows > MOST_ROWS;
    if (folded) {
      out.append("<details><summary>").append(Html.count(rows)).append(" rows</summary>");
    }
    out.append("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
    List<String> heads = cells(lines.get(begin));
    heads.forEach(cell -> out.append("<th scope=\"col\">").append(inline(cell)).append("</th>"));
    out.append("</tr></thead><tbody>");
    for (int row = begin + 2; row < at; row++) {
      out.append("<tr>");
      cells(lines.get(row))
          .forEach(cell -> out.append("<td>").append(inline(cell)).append("</td>"));
      out.append("</tr>");
    }
    out.append("</tbody></table></div>").append(folded ? "</details>" : "");
  }

  private static List<String> cells(String line) {
    String inner = line.strip();
    inner =
        inner.substring(
            1, inner.endsWith("|") && inner.length() > 1 ? inner.length() - 1 : inner.length());
    List<String> cells = new ArrayList<>();
    for (String cell : inner.split("(?<!\\\\)\\|", -1)) {
      cells.add(cell.strip().replace("\\|", "|"));
    }
    return cells;
  }

  private void paragraph() {
    out.append("<p>");
    boolean first = true;
    while (at < lines.size() && !ends(lines.get(at), first)) {
      out.append(first ? "" : "\n").append(inline(lines.get(at)));
      first = false;
      at++;
    }
    out.append("</p>");
  }

  private static boolean ends(String line, boolean first) {
    return line.isBlank()
        || (!first
            && (line.stripLeading().startsWith("```")
                || line.strip().startsWith("|")
                || HEADING.matcher(line).matches()
                || ITEM.matcher(line).matches()));
  }

  private static String inline(String text) {
    String escaped = Html.escape(text);
    String code = CODE.matcher(escaped).replaceAll("<code>$1</code>");
    // Stars inside of code are stars.
    StringBuilder out = new StringBuilder();
    for (String part : code.split("(?=<code>)|(?<=</code>)", -1)) {
      out.append(
          part.startsWith("<code>")
              ? part
              : LINK.matcher(STRONG.matcher(part).replaceAll("<strong>$1</strong>"))
                  .replaceAll("<a href=\"$2\" rel=\"noopener noreferrer nofollow\">$1</a>"));
    }
    return out.toString();
  }
}
