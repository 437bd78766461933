package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Versions of one model side by side: metrics, gates, what they were made of.
final class VersionsPage {
  private static final int MOST = 8;

  private final ModelView model;
  private final List<ModelView.Version> versions;
  private final List<Optional<Run>> runs;
  private final StringBuilder out = new StringBuilder(32 * 1024);

  private VersionsPage(ModelReader reader, ModelView model, List<ModelView.Version> versions) {
    this.model = model;
    this.versions = versions;
    this.runs =
        versions.stream()
            .map(version -> version.run().flatMap(id -> RunWords.find(reader.tracking(), id)))
            .toList();
  }

  static Answer answer(ModelReader reader, Request request) {
    String name = request.segments().getFirst();
    return reader
        .model(name, 0)
        .map(model -> {
          List<ModelView.Version> versions = new ArrayList<>();
          for (String number :
              request.queryAll("version").stream().distinct().limit(MOST).toList()) {
            reader.version(model, number).ifPresent(versions::add);
          }
          return new VersionsPage(reader, model, versions).page();
        })
        .orElseGet(() -> Pages.notFound("model '" + name + "'"));
  }

  private Answer page() {
    out.append("<h1>Compare versions of ").append(Html.escape(Words.cut(model.name(), 200)));
    out.append("</h1>");
    if (versions.size() < 2) {
      out.append("<section><p>Two versions or more are compared: tick them in the <a href=\"");
      out.append(ModelWords.address(model.name()).html())
          .append("\">table of versions</a>.</p></section>");
    } else {
      runs();
      table("metrics", "Metrics", metrics(), true);
      table("gates", "Gates", gates(), false);
      table("origin", "Where they come from", origin(), false);
      table("params", "Parameters of their runs", params(), false);
    }
    return Pages.page(
        200,
        Page.of(
            "Compare versions \u00b7 Gnomon",
            List.of(
                new Page.Crumb("/models", "Models"),
                new Page.Crumb(ModelWords.address(model.name()).text(), model.name())),
            "compare",
            out.toString()));
  }

  private void runs() {
    List<String> ids =
        runs.stream().flatMap(Optional::stream).map(run -> run.info().id()).distinct().toList();
    if (ids.size() > 1) {
      out.append("<p class=\"soft\"><a href=\"");
      out.append(Address.of("runs", "compare").with("run", ids).html());
      out.append("\">Compare the runs that made them</a>, with their curves.</p>");
    }
  }

  /// A value for each version, null where there is none; by name.
  private interface Rows {
    void each(int index, Map<String, String> into);
  }

  private Map<String, List<@Nullable String>> rows(Rows rows) {
    List<Map<String, String>> columns = new ArrayList<>();
    // In the order in which the first version that has a name has it.
    Map<String, List<@Nullable String>> out = new LinkedHashMap<>();
    for (int i = 0; i < versions.size(); i++) {
      Map<String, String> column = new LinkedHashMap<>();
      rows.each(i, column);
      columns.add(column);
      column.keySet().forEach(name -> out.putIfAbsent(name, new ArrayList<>()));
    }
    out.forEach((name, values) -> columns.forEach(column -> values.add(column.get(name))));
    return out;
  }

  private Map<String, List<@Nullable String>> metrics() {
    Map<String, List<@Nullable String>> out = new TreeMap<>();
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < versions.size(); i++) {
      names.addAll(VersionPage.metricsOf(versions.get(i), runs.get(i)).keySet());
    }
    for (String name : names) {
      List<@Nullable String> values = new ArrayList<>();
      for (int i = 0; i < versions.size(); i++) {
        Double value = VersionPage.metricsOf(versions.get(i), runs.get(i)).get(name);
        values.add(value == null ? null : Double.toString(value));
      }
      out.put(name, values);
    }
    return out;
  }

  private Map<String, List<@Nullable String>> gates() {
    return rows((i, into) ->
        versions
            .get(i)
            .gates()
            .forEach(gate -> into.put(gate.name(), gate.passed() ? "passed" : "failed")));
  }

  private Map<String, List<@Nullable String>> origin() {
    return rows((i, into) -> {
      ModelView.Version version = versions.get(i);
      version.own().map(ModelVersion::bundleHash).ifPresent(hash -> into.put("Bundle", hash));
      version
          .registered()
          .map(RegisteredVersion::source)
          .ifPresent(text -> into.put("Source", text));
      into.put("Learner", version.summary().path("chosen").asString(""));
      into.put("Training set", version.lineage("trainingSet"));
      into.put("Feature plan", version.lineage("featurePlan"));
      version
          .summary()
          .path("lineage")
          .path("views")
          .forEachEntry((name, hash) -> into.put("View " + name, hash.asString("")));
      into.put("Commit", version.lineage("commit"));
      into.values().removeIf(String::isEmpty);
    });
  }

  private Map<String, List<@Nullable String>> params() {
    return rows((i, into) -> runs.get(i).ifPresent(run -> into.putAll(run.params())));
  }

  private void table(
      String id, String name, Map<String, List<@Nullable String>> rows, boolean numbers) {
    if (rows.isEmpty()) {
      return;
    }
    long apart = rows.values().stream().filter(VersionsPage::apart).count();
    out.append("<section aria-labelledby=\"").append(id).append("\"><h2 id=\"").append(id);
    out.append("\">")
        .append(name)
        .append("</h2><p class=\"under above\">")
        .append(apart)
        .append(" of ");
    out.append(rows.size()).append(apart == 1 ? " differs" : " differ").append(".</p>");
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").append(name);
    out.append("\"><table class=\"sides\"><thead><tr><th scope=\"col\">Name</th>");
    for (ModelView.Version version : versions) {
      out.append("<th scope=\"col\"><a href=\"");
      out.append(ModelWords.address(model.name(), version.number()).html()).append("\">version ");
      out.append(version.number()).append("</a></th>");
    }
    out.append("</tr></thead><tbody>");
    for (Map.Entry<String, List<@Nullable String>> row : rows.entrySet()) {
      row(row.getKey(), row.getValue(), numbers);
    }
    out.append("</tbody></table></div></section>");
  }

  private static boolean apart(List<@Nullable String> values) {
    return values.stream().distinct().count() > 1;
  }

  private void row(String key, List<@Nullable String> values, boolean numbers) {
    boolean apart = apart(values);
    out.append(apart ? "<tr class=\"apart\">" : "<tr>").append("<th scope=\"row\">");
    out.append(
        apart ? "<span class=\"mark\">\u2260<span class=\"hidden\"> differs: </span></span> " : "");
    out.append(Html.escape(key)).append("</th>");
    String first = values.getFirst();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      out.append("<td>");
      if (value == null) {
        out.append("\u2013");
      } else if (numbers) {
        double number = Double.parseDouble(value);
        out.append(Words.number(number));
        double change = first == null ? Double.NaN : number - Double.parseDouble(first);
        if (i > 0 && apart && Double.isFinite(change)) {
          out.append("<small>").append(change >= 0 ? "+" : "").append(Words.number(change));
          out.append("</small>");
        }
      } else {
        out.append(RunWords.value(value));
      }
      out.append("</td>");
    }
    out.append("</tr>");
  }
}
