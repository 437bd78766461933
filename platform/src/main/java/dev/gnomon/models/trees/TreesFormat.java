package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.ForeignFormat;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import dev.gnomon.models.spi.ForeignModel.Kind;
import dev.gnomon.models.trees.ImportedTrees.Feature;
import dev.gnomon.models.trees.ImportedTrees.FeatureType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Models as XGBoost (JSON, UBJSON) and LightGBM (text) save them, for use cases; found with
/// `ServiceLoader`.
///
/// Inputs on categories take texts when these are known: LightGBM writes those of a data frame to
/// its file, for other files they are stated by the user.
public final class TreesFormat implements ForeignFormat {
  private static final String PANDAS = "\npandas_categorical:";

  @Override
  public String name() {
    return "xgboost (JSON, UBJSON), lightgbm (text)";
  }

  @Override
  public boolean recognises(byte[] file) {
    int first = 0;
    while (first < file.length && first < 64 && Character.isWhitespace(file[first])) {
      first++;
    }
    if (file.length - first < 4) {
      return false;
    }
    return file[first] == '{'
        || new String(file, first, 4, StandardCharsets.US_ASCII).equals("tree");
  }

  @Override
  public ForeignModel read(byte[] file, String place, Wanted wanted) {
    ImportedTrees trees = ImportedTrees.of(file, place);
    Model model = trees.model();
    if (model.output().isNumber() != wanted.number()) {
      throw new BadInput(
          place,
          "objective '%s', whose scores are %s"
              .formatted(trees.objective(), wanted.number() ? "of a class" : "numbers"),
          "a model of frame.task: " + (wanted.number() ? "regression" : "binary"));
    }
    String format = trees.format().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new ForeignModel(format, inputs(trees, file), (inputs, usual) -> model);
  }

  private static List<Input> inputs(ImportedTrees trees, byte[] file) {
    int width = trees.model().inputs();
    boolean told = trees.features().size() == width;
    List<List<String>> texts =
        trees.format() == ImportedTrees.Format.LIGHTGBM_TEXT ? pandas(file) : List.of();
    long categories = trees.features().stream().filter(TreesFormat::isCategory).count();
    int next = 0;
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      boolean category = told && isCategory(trees.features().get(i));
      List<String> levels =
          category && texts.size() == categories ? texts.get(next++) : List.<String>of();
      inputs.add(
          new Input(
              told ? trees.features().get(i).name() : "",
              category ? Kind.CATEGORY : Kind.NUMBER,
              levels));
    }
    return inputs;
  }

  private static boolean isCategory(Feature feature) {
    return feature.type() == FeatureType.CATEGORY;
  }

  /// The categories of a data frame, one list per column that had some, in their order.
  private static List<List<String>> pandas(byte[] file) {
    String text = new String(file, StandardCharsets.UTF_8);
    int at = text.lastIndexOf(PANDAS);
    if (at < 0) {
      return List.of();
    }
    int end = text.indexOf('\n', at + 1);
    String line = text.substring(at + PANDAS.length(), end < 0 ? text.length() : end);
    try {
      List<List<String>> lists = new ArrayList<>();
      for (JsonNode list : JsonMapper.shared().readTree(line)) {
        List<String> levels = new ArrayList<>();
        list.forEach(level -> levels.add(level.asString()));
        lists.add(levels);
      }
      return lists;
    } catch (JacksonException e) {
      return List.of(); // then the user states them
    }
  }
}
