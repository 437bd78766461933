package dev.gnomon.server.pages;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The way of a version as a picture: from data over features and the run that made it to what it
/// decides. Boxes lead to their pages.
final class VersionFlow {
  private static final int MOST = 24;
  private static final int HASH = 8;

  private VersionFlow() {}

  /// @param run the run it was made by, if it is known
  static String picture(ModelView model, ModelView.Version version, Optional<Run> run) {
    Flow flow =
        new Flow(
            "Lineage of version " + version.number(),
            "data",
            "features",
            "run",
            "version",
            "used as");
    List<String> features = features(flow, version);
    data(flow, version, run, features);
    String name = Words.cut(model.name(), 60) + " v" + version.number();
    flow.address(name, ModelWords.address(model.name(), version.number()).text());
    String made = run.map(one -> "run " + RunWords.name(one.info())).orElse("run not recorded");
    run.ifPresent(one -> flow.address(made, RunWords.address(one.info()).text()));
    flow.box(2, made);
    flow.join(1);
    flow.edge(2, made, name);
    for (String alias : version.aliases()) {
      boolean decides = model.own() && alias.equals(ModelWords.CHAMPION);
      String use = decides ? "decisions (" + alias + ")" : alias;
      flow.edge(3, name, use);
      if (decides) {
        flow.address(use, Words.link(model.name()));
      }
    }
    if (version.aliases().isEmpty()) {
      flow.edge(3, name, "nothing now");
    }
    return Catalogue.scrolled(flow.draw());
  }

  /// @return the names of the views, each with what it is shown as behind a blank
  private static List<String> features(Flow flow, ModelView.Version version) {
    Map<String, String> views = new TreeMap<>();
    version
        .summary()
        .path("lineage")
        .path("views")
        .forEachEntry((name, hash) -> views.put(name, hash.asString("")));
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, String> view : views.entrySet()) {
      if (names.size() < MOST) {
        String box = view.getKey() + " " + shortened(view.getValue());
        names.add(box);
        flow.box(1, box);
        flow.address(
            box, Words.view(view.getKey()) + "?version=" + Catalogue.shortHash(view.getValue()));
      }
    }
    if (names.isEmpty()) {
      String plan = version.lineage("featurePlan");
      String box = plan.isEmpty() ? "not recorded" : "columns " + shortened(plan);
      names.add(box);
      flow.box(1, box);
    }
    return names;
  }

  private static void data(
      Flow flow, ModelView.Version version, Optional<Run> run, List<String> features) {
    boolean any = false;
    int number = 0;
    for (JsonNode file : version.summary().path("lineage").path("files")) {
      String path = file.path("path").asString("");
      if (path.isEmpty() || number++ >= MOST) {
        continue;
      }
      any = true;
      String source = file.path("source").asString("");
      List<String> fed = features.stream().filter(view -> view.startsWith(source + " ")).toList();
      (fed.isEmpty() ? features : fed).forEach(view -> flow.edge(0, path, view));
    }
    if (any) {
      return;
    }
    List<Dataset.Input> inputs = run.map(Run::datasets).orElse(List.of());
    for (Dataset.Input input : inputs.subList(0, Math.min(MOST, inputs.size()))) {
      Dataset dataset = input.dataset();
      features.forEach(
          view -> flow.edge(0, dataset.name() + " " + shortened(dataset.digest()), view));
    }
    if (inputs.isEmpty()) {
      features.forEach(view -> flow.edge(0, "data not recorded", view));
    }
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(HASH, hash.length()));
  }
}
