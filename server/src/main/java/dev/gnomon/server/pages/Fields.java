package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import java.util.List;
import java.util.Optional;

/// Fields of forms; everything returned is HTML.
final class Fields {
  /// A choice of a list.
  ///
  /// @param name for people, as text
  record Choice(String value, String name) {}

  private Fields() {}

  static String hidden(String name, String value) {
    return "<input type=\"hidden\" name=\"%s\" value=\"%s\">".formatted(name, Html.escape(value));
  }

  static String hidden(String name, List<String> values) {
    StringBuilder out = new StringBuilder();
    values.forEach(value -> out.append(hidden(name, value)));
    return out.toString();
  }

  /// A box to tick, with its name beside it.
  static String tick(String name, String value, boolean on, String label) {
    return "<label class=\"tick\"><input type=\"checkbox\" name=\"%s\" value=\"%s\"%s> %s</label>"
        .formatted(name, Html.escape(value), on ? " checked=\"checked\"" : "", Html.escape(label));
  }

  /// A box to tick whose name is for those who listen: a table says it to those who see.
  static String silentTick(String name, String value, String label) {
    return "<label class=\"silent\"><input type=\"checkbox\" name=\"%s\" value=\"%s\"><span>%s</span></label>"
        .formatted(name, Html.escape(value), Html.escape(label));
  }

  static String choose(String id, String name, String label, List<Choice> choices, String chosen) {
    StringBuilder out = new StringBuilder();
    out.append("<span class=\"field\"><label for=\"").append(id).append("\">");
    out.append(Html.escape(label)).append("</label><select id=\"").append(id);
    out.append("\" name=\"").append(name).append("\">");
    for (Choice choice : choices) {
      out.append("<option value=\"").append(Html.escape(choice.value())).append('"');
      out.append(choice.value().equals(chosen) ? " selected=\"selected\"" : "").append('>');
      out.append(Html.escape(choice.name())).append("</option>");
    }
    return out.append("</select></span>").toString();
  }

  /// A line of text.
  ///
  /// @param more attributes
  static String text(String id, String name, String label, String value, String more) {
    return "<span class=\"field\"><label for=\"%s\">%s</label><input id=\"%s\" name=\"%s\" value=\"%s\"%s></span>"
        .formatted(
            id, Html.escape(label), id, name, Html.escape(value), more.isEmpty() ? "" : " " + more);
  }

  /// The box for a filter in MLflow's grammar, with what is wrong with it beside it.
  static String filter(
      Address address, String example, String filter, Optional<String> wrong, String hidden) {
    StringBuilder out = new StringBuilder("<form class=\"search\" role=\"search\" method=\"get\"");
    out.append(" action=\"").append(Html.escape(address.path())).append("\">").append(hidden);
    out.append("<label for=\"filter\">Filter, for example <code>").append(Html.escape(example));
    out.append("</code></label><input id=\"filter\" name=\"filter\" type=\"search\"");
    out.append(" maxlength=\"4000\" spellcheck=\"false\" autocapitalize=\"none\" value=\"");
    out.append(Html.escape(filter)).append('"');
    if (wrong.isPresent()) {
      out.append(" aria-invalid=\"true\" aria-describedby=\"wrong\"");
    }
    out.append("><button>Filter</button>");
    if (!filter.isEmpty()) {
      out.append("<a href=\"").append(address.without("filter").html()).append("\">Clear</a>");
    }
    wrong.ifPresent(text ->
        out.append("<p id=\"wrong\" class=\"wrong\" role=\"alert\">")
            .append(Html.escape(Words.cut(text, 1_000)))
            .append("</p>"));
    return out.append("</form>").toString();
  }
}
