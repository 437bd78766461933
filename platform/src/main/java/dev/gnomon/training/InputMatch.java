package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import dev.gnomon.models.spi.ForeignModel.Kind;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Which feature feeds which input of a model from elsewhere.
///
/// @param inputs of the model, in its order
/// @param features the position of the feature of each input
record InputMatch(List<Input> inputs, int[] features) {
  private static final String COLUMNS = "--columns";
  private static final int SHOWN = 30;

  /// By name, or in the order of `columns`. Nothing is ever matched by position alone: a model that
  /// names no inputs needs the columns stated.
  ///
  /// @param columns features in the order of the model's inputs; empty goes by name
  /// @param categories the texts of a feature in the order in which the model was fitted on them
  /// @throws BadInput naming every input without a feature, or with one of another type
  static InputMatch of(
      ForeignFile file,
      Schema features,
      List<String> columns,
      Map<String, List<String>> categories) {
    List<Problem> problems = new ArrayList<>();
    ForeignModel model = file.model();
    int size = model.inputs().size();
    Set<String> stated = new TreeSet<>(categories.keySet());
    stated.removeAll(features.names());
    stated.forEach(name -> problems.add(unknown("--categories " + name, name, features)));
    if (columns.isEmpty()) {
      signature(file.signature(), features, categories.keySet(), problems);
      if (model.inputs().stream().anyMatch(input -> input.name().isEmpty())) {
        problems.add(
            new Problem(
                "model inputs",
                "the model has %d and does not name them".formatted(size),
                "%s with their features in the order in which it was fitted; the use case has %s"
                    .formatted(COLUMNS, shown(features))));
      }
    } else if (columns.size() != size) {
      problems.add(
          new Problem(COLUMNS, columns.size() + " columns", "one per input of the model: " + size));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    List<Input> inputs = new ArrayList<>();
    int[] positions = new int[size];
    for (int i = 0; i < size; i++) {
      Input input = model.inputs().get(i);
      String column = columns.isEmpty() ? input.name() : columns.get(i);
      String place =
          columns.isEmpty()
              ? "model input '%s'".formatted(column)
              : "%s, number %d".formatted(COLUMNS, i + 1);
      positions[i] = features.indexOf(column);
      if (positions[i] < 0) {
        problems.add(unknown(place, column, features));
        continue;
      }
      inputs.add(
          settled(input, column, place, features.field(positions[i]).type(), categories, problems));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new InputMatch(inputs, positions);
  }

  /// What MLflow says of the inputs, by name and type.
  private static void signature(
      Map<String, String> signature,
      Schema features,
      Set<String> categories,
      List<Problem> problems) {
    signature.forEach((name, type) -> {
      String place = "signature input '%s'".formatted(name);
      int at = features.indexOf(name);
      if (at < 0) {
        problems.add(unknown(place, name, features));
      } else if (type.equals("datetime") || type.equals("binary")) {
        problems.add(new Problem(place, "it is a " + type, "a number or a string"));
      } else if (!type.equals("tensor")
          && type.equals("string") != (features.field(at).type() == Type.TEXT)
          && !categories.contains(name)) {
        problems.add(
            new Problem(
                place,
                "it is a %s, the feature is a %s".formatted(type, features.field(at).type().word()),
                "a feature of that type"));
      }
    });
  }

  private static Input settled(
      Input input,
      String column,
      String place,
      Type type,
      Map<String, List<String>> categories,
      List<Problem> problems) {
    List<String> levels = categories.getOrDefault(column, input.levels());
    boolean text = type == Type.TEXT;
    Kind kind =
        text && input.kind() == Kind.NUMBER && !levels.isEmpty() ? Kind.CATEGORY : input.kind();
    if (type == Type.TIME) {
      problems.add(
          new Problem(
              place,
              "the feature '%s' is a time, which no model takes".formatted(column),
              "a number: compute it under features.derived"));
    } else if (text && (kind == Kind.NUMBER || kind == Kind.WHOLE)) {
      problems.add(
          new Problem(
              place,
              "it takes numbers, the feature '%s' is text".formatted(column),
              "a number; or, if the model was fitted on categories, their texts in that order:"
                  + " --categories %s=a,b,c".formatted(column)));
    } else if (!text && kind == Kind.TEXT) {
      problems.add(
          new Problem(
              place,
              "it takes texts, the feature '%s' is a number".formatted(column),
              "a text feature; data.types.%s: text makes it one".formatted(column)));
    } else if (kind == Kind.CATEGORY && text && levels.isEmpty()) {
      problems.add(
          new Problem(
              place,
              "it was fitted on categories of '%s' that the file does not name".formatted(column),
              "their texts in the order of the fit: --categories %s=a,b,c".formatted(column)));
    }
    return new Input(column, kind == Kind.CATEGORY && !text ? Kind.NUMBER : kind, levels);
  }

  private static Problem unknown(String place, String column, Schema features) {
    String near =
        Nearest.to(column, features.names())
            .map(name -> "did you mean '%s'? ".formatted(name))
            .orElse("");
    return new Problem(
        place,
        "the use case has no feature '%s'".formatted(column),
        near + "it has " + shown(features));
  }

  private static String shown(Schema features) {
    List<String> names = features.names();
    return names.size() <= SHOWN
        ? String.join(",", names)
        : String.join(",", names.subList(0, SHOWN))
            + " and %d more".formatted(names.size() - SHOWN);
  }
}
