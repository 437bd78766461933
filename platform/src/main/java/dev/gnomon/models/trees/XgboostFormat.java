package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.ForeignFormat;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import dev.gnomon.models.spi.ForeignModel.Kind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// XGBoost models as `save_model("model.json")` writes them; found with `ServiceLoader`.
public final class XgboostFormat implements ForeignFormat {
  @Override
  public String name() {
    return "xgboost json";
  }

  @Override
  public boolean recognises(byte[] file) {
    int at = 0;
    while (at < file.length && at < 64 && file[at] <= ' ') {
      at++;
    }
    if (at >= file.length || file[at++] != '{') {
      return false;
    }
    while (at < file.length && at < 64 && file[at] <= ' ') {
      at++;
    }
    return at < file.length && file[at] == '"';
  }

  @Override
  public ForeignModel read(byte[] file, String place, Wanted wanted) {
    Model model = TreeEnsemble.parse(file, place);
    requireTask(model, place, wanted);
    return new ForeignModel(
        name(), inputs(file, place, model.inputs()), (inputs, usual) -> model);
  }

  /// @throws BadInput when a model gives numbers and a class is wanted, or the other way round
  static void requireTask(Model model, String place, Wanted wanted) {
    if ((model.output() == Output.NUMBER) != wanted.number()) {
      throw new BadInput(
          place,
          wanted.number() ? "it gives log-odds of a class" : "it gives numbers",
          "a model of frame.task: " + (wanted.number() ? "regression" : "binary"));
    }
  }

  private static List<Input> inputs(byte[] file, String place, int width) {
    JsonNode learner;
    try {
      learner = JsonMapper.shared().readTree(file).path("learner");
    } catch (JacksonException e) {
      throw new BadInput(place, String.valueOf(e.getOriginalMessage()), "an XGBoost JSON model");
    }
    JsonNode names = learner.path("feature_names");
    JsonNode types = learner.path("feature_types");
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      inputs.add(
          new Input(
              names.size() == width ? names.path(i).asString("") : "",
              types.path(i).asString("").equals("c") ? Kind.CATEGORY : Kind.NUMBER,
              List.of()));
    }
    return inputs;
  }
}
