package dev.gnomon.training.card;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.training.card.ModelCard.Block;
import dev.gnomon.training.card.ModelCard.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// The generated sections of a card.
///
/// Evaluation, manifest and use case are missing when the bundle is gone.
final class CardText {
  private static final int TOP = 10;

  private final ModelVersion version;
  private final JsonNode summary;
  private final JsonNode manifest;
  private final JsonNode evaluation;
  private final Optional<UseCase> useCase;

  private CardText(
      ModelVersion version, JsonNode manifest, JsonNode evaluation, Optional<UseCase> useCase) {
    this.version = version;
    this.summary = JsonMapper.shared().readTree(version.summaryJson());
    this.manifest = manifest;
    this.evaluation = evaluation;
    this.useCase = useCase;
  }

  static CardText of(ModelVersion version, Path bundle) {
    Path definition = bundle.resolve("usecase.yaml");
    return new CardText(
        version,
        CanonicalJson.read(bundle.resolve("bundle.json")),
        CanonicalJson.read(bundle.resolve("evaluation.json")),
        Optional.of(UseCaseReader.read(definition)));
  }

  static CardText withoutBundle(ModelVersion version) {
    return new CardText(
        version, MissingNode.getInstance(), MissingNode.getInstance(), Optional.empty());
  }

  List<Section> sections(SemanticVersion number, List<String> aliases) {
    List<Section> sections = new ArrayList<>();
    sections.add(section("overview", "Overview", overview(number, aliases)));
    sections.add(editable("intended-use", intendedUse()));
    sections.add(editable("limits", limits()));
    sections.add(editable("ethics", ethics()));
    sections.add(section("evaluation", "Evaluation", metrics()));
    if (evaluation.isObject()) {
      sections.add(section("decision", "How it decides", decision()));
      sections.add(section("segments", "Segments", segments()));
      sections.add(section("explanations", "What it looks at", importance()));
      sections.add(section("inputs", "Inputs", inputs()));
    }
    sections.add(section("data", "Data and lineage", data()));
    sections.add(editable("remarks", "None."));
    return sections;
  }

  private static Section section(String id, String title, List<Block> blocks) {
    return new Section(id, title, false, blocks, Optional.empty());
  }

  private static Section editable(String id, String text) {
    return new Section(
        id,
        java.util.Objects.requireNonNull(Cards.EDITABLE.get(id)),
        true,
        List.of(new Block.Text(text)),
        Optional.empty());
  }

  private List<Block> overview(SemanticVersion number, List<String> aliases) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("semantic version", number.text() + " (" + number.change() + ")"));
    if (!aliases.isEmpty()) {
      rows.add(List.of("aliases", String.join(", ", aliases)));
    }
    useCase.flatMap(u -> u.problem().decision()).ifPresent(d -> rows.add(List.of("decision", d)));
    useCase.flatMap(u -> u.problem().owner()).ifPresent(o -> rows.add(List.of("owner", o)));
    rows.add(List.of("model", summary.path("chosen").asString("")));
    rows.add(List.of("registered", version.createdAt().toString()));
    rows.add(List.of("gates", version.passed() ? "passed" : "failed"));
    rows.add(List.of("bundle", version.bundleHash()));
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Text(summary.path("headline").asString("")));
    blocks.add(new Block.Table(List.of("", ""), rows));
    if (!evaluation.isObject()) {
      blocks.add(new Block.Text("The bundle was removed: this is what the registry still knows."));
    }
    return blocks;
  }

  private String intendedUse() {
    if (useCase.isEmpty()) {
      return "Not known any more: the bundle was removed.";
    }
    UseCase stated = useCase.get();
    return "Made for one decision: %s. One row is one %s. It was measured for nothing else."
        .formatted(
            stated.problem().decision().orElse("not stated").replaceFirst("\\.$", ""),
            stated.frame().entity());
  }

  private String limits() {
    List<String> points = new ArrayList<>();
    String period = evaluation.path("facts").path("period").asString("");
    if (!period.isEmpty()) {
      points.add("Measured on " + period + "; what changed since is not in the figures.");
    }
    for (JsonNode worst : evaluation.path("errors").path("worst")) {
      points.add(
          "Errs more where %s is %s (%,d test rows)."
              .formatted(
                  worst.path("column").asString(""),
                  worst.path("level").asString(""),
                  worst.path("rows").asLong(0)));
    }
    evaluation.path("notes").forEach(note -> points.add(note.asString("")));
    return points.isEmpty() ? "None are known." : "- " + String.join("\n- ", points);
  }

  private String ethics() {
    List<String> protectedColumns =
        useCase.map(u -> u.problem().constraints().protectedColumns()).orElse(List.of());
    List<String> points = new ArrayList<>();
    points.add(
        protectedColumns.isEmpty()
            ? "No attribute is stated as protected: whether groups are treated differently was not"
                + " measured."
            : ("Protected attributes: %s. They are no inputs; the figures of their groups are under"
                    + " Segments.")
                .formatted(String.join(", ", protectedColumns)));
    useCase.ifPresent(stated ->
        points.add(
            "Reasons for a decision: %s."
                .formatted(
                    stated
                        .problem()
                        .constraints()
                        .reasons()
                        .name()
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' '))));
    return "- " + String.join("\n- ", points);
  }

  private List<Block> metrics() {
    List<Block> blocks = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    if (evaluation.isObject()) {
      evaluation
          .path("test")
          .forEachEntry((name, value) ->
              rows.add(
                  List.of(
                      name, interval(value), interval(evaluation.path("validation").path(name)))));
      blocks.add(new Block.Table(List.of("metric", "test (95 %)", "validation (95 %)"), rows));
      JsonNode facts = evaluation.path("facts");
      blocks.add(
          new Block.Text(
              "%,d training, %,d validation and %,d test rows; %s. Intervals resample entities."
                  .formatted(
                      facts.path("train").path("rows").asLong(0),
                      facts.path("validation").path("rows").asLong(0),
                      facts.path("test").path("rows").asLong(0),
                      facts.path("split").asString(""))));
    } else {
      summary.path("metrics").forEachEntry((name, value) -> rows.add(List.of(name, figure(value))));
      blocks.add(new Block.Table(List.of("metric", "test"), rows));
    }
    List<List<String>> gates = new ArrayList<>();
    for (JsonNode gate : summary.path("gates")) {
      gates.add(
          List.of(
              gate.path("name").asString(""),
              gate.path("passed").asBoolean(false) ? "passed" : "failed",
              gate.path("text").asString("")));
    }
    if (!gates.isEmpty()) {
      blocks.add(new Block.Table(List.of("gate", "", ""), gates));
    }
    return blocks;
  }

  private List<Block> decision() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode point : evaluation.path("points")) {
      rows.add(
          List.of(
              point.path("name").asString(""),
              point.path("rule").asString(""),
              interval(point.path("recall")),
              interval(point.path("precision")),
              interval(point.path("cost"))));
    }
    if (rows.isEmpty()) {
      return List.of(new Block.Text("It foresees a number; nothing is decided from it here."));
    }
    String currency = evaluation.path("currency").asString("");
    return List.of(
        new Block.Text("The last of these points is served."),
        new Block.Table(
            List.of(
                "point",
                "yes where",
                "recall",
                "precision",
                currency.isEmpty() ? "cost" : "cost (" + currency + ")"),
            rows));
  }

  private List<Block> segments() {
    List<String> names = new ArrayList<>();
    JsonNode all = evaluation.path("segments");
    if (all.isEmpty()) {
      return List.of(new Block.Text("No segments are stated."));
    }
    all.path(0).path("metrics").forEachEntry((name, _) -> names.add(name));
    List<String> head = new ArrayList<>(List.of("column", "level", "rows"));
    head.addAll(names);
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode segment : all) {
      List<String> row = new ArrayList<>();
      row.add(segment.path("column").asString(""));
      row.add(segment.path("level").asString(""));
      row.add(String.format(Locale.ROOT, "%,d", segment.path("rows").asLong(0)));
      names.forEach(name -> row.add(interval(segment.path("metrics").path(name))));
      rows.add(row);
    }
    return List.of(new Block.Table(head, rows));
  }

  private List<Block> importance() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode one : evaluation.path("importance")) {
      if (rows.size() < TOP) {
        rows.add(List.of(one.path("feature").asString(""), figure(one.path("drop"))));
      }
    }
    return List.of(
        new Block.Text(
            "What the model loses on the test part when a feature is shuffled (ROC-AUC, or what the"
                + " RMSE rises by). Each decision can give its own reasons."),
        new Block.Table(List.of("feature", "loss"), rows));
  }

  private List<Block> inputs() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < manifest.path("inputs").asInt(0); i++) {
      JsonNode field = manifest.path("row").path(i);
      rows.add(List.of(field.path("name").asString(""), field.path("type").asString("")));
    }
    return List.of(new Block.Table(List.of("input", "type"), rows));
  }

  private List<Block> data() {
    List<List<String>> rows = new ArrayList<>();
    JsonNode lineage = summary.path("lineage");
    add(rows, "training set", first(manifest.path("trainingSet"), lineage.path("trainingSet")));
    add(rows, "as of", manifest.path("lineage").path("as-of").asString(""));
    add(rows, "features", first(manifest.path("featurePlan"), lineage.path("featurePlan")));
    add(rows, "run", lineage.path("run").asString(""));
    add(rows, "commit", lineage.path("commit").asString(""));
    manifest
        .path("seeds")
        .forEachEntry((name, value) -> add(rows, "seed of " + name, value.asString("")));
    manifest.path("libraries").forEachEntry((name, value) -> add(rows, name, value.asString("")));
    List<List<String>> files = new ArrayList<>();
    for (JsonNode file : lineage.path("files")) {
      files.add(
          List.of(
              file.path("source").asString(""),
              file.path("path").asString(""),
              String.format(Locale.ROOT, "%,d", file.path("bytes").asLong(-1)),
              file.path("sha256").asString("not taken")));
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Table(List.of("", ""), rows));
    if (!files.isEmpty()) {
      blocks.add(new Block.Table(List.of("source", "file", "bytes", "SHA-256"), files));
    }
    return blocks;
  }

  private static void add(List<List<String>> rows, String name, String value) {
    if (!value.isEmpty()) {
      rows.add(List.of(name, value));
    }
  }

  private static String first(JsonNode one, JsonNode other) {
    return one.isString() ? one.asString("") : other.asString("");
  }

  private static String interval(JsonNode value) {
    return value.path("estimate").isNumber()
        ? figure(value.path("estimate"))
            + " ("
            + figure(value.path("lower"))
            + " to "
            + figure(value.path("upper"))
            + ")"
        : "–";
  }

  private static String figure(JsonNode value) {
    if (!value.isNumber()) {
      return "–";
    }
    double number = value.doubleValue();
    return Math.abs(number) >= 1000
        ? String.format(Locale.ROOT, "%,.0f", number)
        : String.format(Locale.ROOT, "%.4g", number);
  }
}
