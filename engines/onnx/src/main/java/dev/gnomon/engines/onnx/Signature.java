package dev.gnomon.engines.onnx;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.models.spi.ForeignFormat.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The tensors that a model takes, and the one of its outputs that is the score.
///
/// @param slots in the order of the model
/// @param oneByOne whether the model takes one row at a time
record Signature(List<Slot> slots, boolean oneByOne, Score score) {
  private static final String INPUTS =
      "one float or double tensor of shape [N, width], or one tensor of shape [N, 1] per feature"
          + " (float, double, int64, int32 or string)";
  private static final Set<OnnxJavaType> NUMBERS = Set.of(OnnxJavaType.FLOAT, OnnxJavaType.DOUBLE);

  /// The outputs that exporters name so are preferred where several would do.
  private static final List<String> USUAL =
      List.of("score", "probabilities", "probability", "output_probability", "variable");

  /// An input tensor.
  ///
  /// @param width how many features it holds
  /// @param flat whether its shape is [N]
  record Slot(String name, OnnxJavaType type, int width, boolean flat) {
    long[] shape(int rows) {
      return flat ? new long[] {rows} : new long[] {rows, width};
    }
  }

  /// How the score stands in an output.
  enum Form {
    /// In a column of [N, 2].
    COLUMN,
    /// Alone: [N, 1] or [N].
    ALONE,
    /// In a map per row, by the label of the class.
    MAPS
  }

  /// @param column of [N, 2]
  /// @param label of the class in maps
  record Score(String output, Form form, int column, String label) {}

  /// @param file with the labels of the classes, where it has them
  static Signature of(OrtSession session, OnnxFile file, Wanted wanted, String place) {
    try {
      List<Problem> problems = new ArrayList<>();
      List<Slot> slots = new ArrayList<>();
      boolean oneByOne = slots(session.getInputInfo(), slots, place, problems);
      if (!problems.isEmpty()) {
        throw new BadInput(problems);
      }
      return new Signature(slots, oneByOne, score(session, file.labels(), wanted, place));
    } catch (OrtException e) {
      throw new BadInput(place, e.getMessage() + "", "a model with stated inputs and outputs");
    }
  }

  /// Of a model that was imported before.
  static Signature of(OrtSession session, Score score, String place) {
    try {
      List<Problem> problems = new ArrayList<>();
      List<Slot> slots = new ArrayList<>();
      boolean oneByOne = slots(session.getInputInfo(), slots, place, problems);
      if (!problems.isEmpty() || !session.getOutputNames().contains(score.output())) {
        throw new BadInput(place, "other inputs or outputs than at import", "what was imported");
      }
      return new Signature(slots, oneByOne, score);
    } catch (OrtException e) {
      throw new BadInput(place, e.getMessage() + "", "what was imported");
    }
  }

  int width() {
    return slots.stream().mapToInt(Slot::width).sum();
  }

  private static boolean slots(
      Map<String, NodeInfo> inputs, List<Slot> slots, String place, List<Problem> problems) {
    boolean oneByOne = false;
    for (NodeInfo input : inputs.values()) {
      if (!(input.getInfo() instanceof TensorInfo tensor)) {
        problems.add(new Problem(place, words(input), INPUTS));
        continue;
      }
      long[] shape = tensor.getShape();
      boolean flat = shape.length == 1 && inputs.size() > 1;
      boolean number = NUMBERS.contains(tensor.type);
      boolean single =
          number
              || tensor.type == OnnxJavaType.STRING
              || tensor.type == OnnxJavaType.INT64
              || tensor.type == OnnxJavaType.INT32;
      boolean fits =
          single
              && (flat || (shape.length == 2 && shape[1] >= 1 && (number || shape[1] == 1)))
              && (shape[0] == -1 || shape[0] == 1);
      if (!fits || shape[shape.length - 1] > 1_000_000) {
        problems.add(new Problem(place, words(input), INPUTS));
        continue;
      }
      oneByOne |= shape[0] == 1;
      slots.add(new Slot(input.getName(), tensor.type, flat ? 1 : (int) shape[1], flat));
    }
    if (inputs.isEmpty()) {
      problems.add(new Problem(place, "no inputs", INPUTS));
    }
    return oneByOne;
  }

  private static Score score(OrtSession session, List<String> labels, Wanted wanted, String place)
      throws OrtException {
    List<NodeInfo> outputs = List.copyOf(session.getOutputInfo().values());
    List<Score> found = new ArrayList<>();
    for (NodeInfo output : outputs) {
      String name = output.getName();
      ValueInfo info = output.getInfo();
      if (info instanceof TensorInfo tensor && NUMBERS.contains(tensor.type)) {
        long[] shape = tensor.getShape();
        if (shape.length == 1 || (shape.length == 2 && shape[1] == 1)) {
          found.add(new Score(name, Form.ALONE, 0, ""));
        } else if (shape.length == 2 && shape[1] == 2 && !wanted.number()) {
          int column = labels.size() == 2 ? labels.indexOf(label(labels, wanted, place)) : 1;
          found.add(new Score(name, Form.COLUMN, column, ""));
        }
      } else if (info instanceof SequenceInfo sequence
          && sequence.isSequenceOfMaps()
          && sequence.mapInfo != null
          && maps(sequence.mapInfo)
          && !wanted.number()) {
        found.add(
            new Score(
                name,
                Form.MAPS,
                0,
                labels.size() == 2 ? label(labels, wanted, place) : wanted.positive().orElse("1")));
      }
    }
    // Both [N, 2] and a single column: the former is what classifiers call probabilities.
    for (Form form : List.of(Form.MAPS, Form.COLUMN, Form.ALONE)) {
      List<Score> these = found.stream().filter(score -> score.form() == form).toList();
      if (these.size() == 1) {
        return these.getFirst();
      }
      for (String usual : USUAL) {
        for (Score score : these) {
          if (score.output().equals(usual)) {
            return score;
          }
        }
      }
    }
    throw new BadInput(
        place,
        "outputs " + outputs.stream().map(Signature::words).collect(Collectors.joining(", ")),
        wanted.number()
            ? "one float output of shape [N, 1] or [N]"
            : "probabilities: a float output of shape [N, 2], [N, 1] or [N], or a sequence of maps"
                + " from class to probability; where several fit, the one named "
                + String.join(", ", USUAL));
  }

  private static boolean maps(MapInfo map) {
    return NUMBERS.contains(map.valueType)
        && (map.keyType == OnnxJavaType.INT64 || map.keyType == OnnxJavaType.STRING);
  }

  /// The label of the positive class.
  private static String label(List<String> labels, Wanted wanted, String place) {
    if (wanted.positive().isPresent() && labels.contains(wanted.positive().get())) {
      return wanted.positive().get();
    }
    if (labels.containsAll(List.of("0", "1"))) {
      return "1";
    }
    throw new BadInput(
        place,
        "its classes are " + String.join(" and ", labels),
        "0 and 1, or frame.target.positive among them: it is "
            + wanted.positive().map(text -> "'" + text + "'").orElse("not stated"));
  }

  private static String words(NodeInfo node) {
    ValueInfo info = node.getInfo();
    String kind =
        switch (info) {
          case TensorInfo tensor ->
              tensor.type.name().toLowerCase(Locale.ROOT)
                  + " "
                  + Arrays.toString(tensor.getShape());
          case SequenceInfo sequence ->
              sequence.isSequenceOfMaps() ? "a sequence of maps" : "a sequence";
          default -> info.getClass().getSimpleName();
        };
    return "'%s' (%s)".formatted(node.getName(), kind);
  }
}
