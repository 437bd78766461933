package dev.gnomon.engines.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.engines.onnx.Graph.Element;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.spi.ForeignFormat.Wanted;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import dev.gnomon.models.spi.ForeignModel.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Graphs as exporters write them, with scores known by formula.
class OnnxFormatTest {
  private static final Wanted CLASS = new Wanted(false, Optional.of("yes"));
  private static final Wanted NUMBER = new Wanted(true, Optional.empty());

  /// p = 1 / (1 + exp(-(0.5 a - b + 0.25)))
  private static double expected(double a, double b) {
    return 1 / (1 + Math.exp(-(0.5 * a - b + 0.25)));
  }

  private static ForeignModel read(Graph graph, Wanted wanted) {
    return new OnnxFormat().read(graph.toBytes("test"), "model.onnx", wanted);
  }

  private static Model build(ForeignModel foreign) {
    return foreign.build().model(foreign.inputs(), new float[foreign.inputs().size()]);
  }

  /// As scikit-learn's converter writes a logistic regression: label and probabilities.
  private static Graph logistic(String labelsName, List<String> texts, boolean maps) {
    Graph graph = new Graph();
    graph.input("X", Element.FLOAT, 2);
    Message labels =
        texts.isEmpty()
            ? Graph.attribute("classlabels_ints", new long[] {0, 1})
            : Graph.attribute("classlabels_strings", texts);
    graph.node(
        "ai.onnx.ml",
        "LinearClassifier",
        List.of("X"),
        List.of("label", "raw"),
        labels,
        Graph.attribute("coefficients", new float[] {-0.5f, 1, 0.5f, -1}),
        Graph.attribute("intercepts", new float[] {-0.25f, 0.25f}),
        Graph.attribute("multi_class", 0),
        Graph.attribute("post_transform", "LOGISTIC"));
    String scores =
        graph.node(
            "ai.onnx.ml", "Normalizer", List.of("raw"), "sums", Graph.attribute("norm", "L1"));
    if (maps) {
      graph.node(
          "ai.onnx.ml",
          "ZipMap",
          List.of(scores),
          "output_probability",
          texts.isEmpty()
              ? Graph.attribute("classlabels_int64s", new long[] {0, 1})
              : Graph.attribute("classlabels_strings", texts));
      graph.outputMaps("output_probability", texts.isEmpty());
    } else {
      graph.name(scores, labelsName);
      graph.output(labelsName, Element.FLOAT, 2);
    }
    graph.output("label", texts.isEmpty() ? Element.INT64 : Element.STRING, 0);
    return graph;
  }

  @Test
  void readsProbabilitiesOfTwoClassesWithAndWithoutMaps() {
    for (Graph graph :
        List.of(
            logistic("probabilities", List.of(), false),
            logistic("probabilities", List.of("no", "yes"), false),
            logistic("p", List.of(), true),
            logistic("p", List.of("no", "yes"), true))) {
      ForeignModel foreign = read(graph, CLASS);
      assertThat(foreign.inputs()).hasSize(2).allMatch(i -> i.name().isEmpty());
      Model model = build(foreign);
      float[] rows = {1, 2, -3, 0.5f, 4, 4};
      double[] out = new double[3];
      model.margins(rows, 3, out);
      for (int i = 0; i < 3; i++) {
        assertThat(out[i]).isCloseTo(expected(rows[2 * i], rows[2 * i + 1]), within(1e-6));
        assertThat(model.margin(rows, 2 * i)).isEqualTo(out[i]);
      }
    }
  }

  @Test
  void readsTheColumnOfThePositiveClassWhateverItsPlace() {
    Model model = build(read(logistic("probabilities", List.of("yes", "no"), false), CLASS));
    assertThat(model.margin(new float[] {1, 2}, 0)).isCloseTo(1 - expected(1, 2), within(1e-6));
    assertThatThrownBy(() -> read(logistic("p", List.of("left", "right"), false), CLASS))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("its classes are left and right")
        .hasMessageContaining("'yes'");
  }

  /// As scikit-learn's converter writes a data frame: a tensor per column, texts one-hot encoded.
  private static Graph frame() {
    Graph graph = new Graph();
    graph.input("age", Element.FLOAT);
    graph.input("visits", Element.INT64);
    graph.input("plan", Element.STRING);
    String plan =
        graph.learned(
            "OneHotEncoder",
            "plan",
            Graph.attribute("cats_strings", List.of("basic", "pro")),
            Graph.attribute("zeros", 1));
    String flat = graph.add("Reshape", plan, graph.constant(new long[] {-1, 2}));
    String all =
        graph.add(
            "Concat",
            List.of("age", graph.cast("visits", Element.FLOAT), flat),
            Graph.attribute("axis", 1));
    String sum =
        graph.learned(
            "LinearRegressor",
            all,
            Graph.attribute("coefficients", new float[] {2, 3, 100, 1000}),
            Graph.attribute("intercepts", new float[] {7}));
    graph.name(sum, "variable");
    graph.output("variable", Element.FLOAT, 1);
    return graph;
  }

  @Test
  void feedsNumbersWholeNumbersAndTextsColumnByColumn(@TempDir Path folder) {
    ForeignModel foreign = read(frame(), NUMBER);
    assertThat(foreign.inputs())
        .extracting(Input::name, Input::kind)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("age", Kind.NUMBER),
            org.assertj.core.groups.Tuple.tuple("visits", Kind.WHOLE),
            org.assertj.core.groups.Tuple.tuple("plan", Kind.TEXT));
    assertThat(foreign.inputs().get(2).levels()).containsExactly("basic", "pro");
    Model model = build(foreign);
    float[] rows = {30, 4, 0, 30, 4, 1, 30, 4, 2, 30, 4, -1};
    double[] out = new double[4];
    model.margins(rows, 4, out);
    assertThat(out).containsExactly(60 + 12 + 107, 60 + 12 + 1007, 79, 79);

    model.write(folder);
    Model back = ModelFiles.read("onnx", folder, folder);
    double[] again = new double[4];
    back.margins(rows, 4, again);
    assertThat(again).containsExactly(out);

    double[] parts = new double[4];
    back.contributions(rows, 3, parts);
    assertThat(parts).containsExactly(60, 12, 900, 107);
  }

  @Test
  void refusesCodeOtherFilesAndWhatIsNoScore() {
    Graph custom = new Graph();
    custom.input("X", Element.FLOAT, 2);
    custom.node("com.example", "Evil", List.of("X"), "p");
    custom.output("p", Element.FLOAT, 1);
    assertThatThrownBy(() -> read(custom, CLASS)).hasMessageContaining("com.example:Evil");

    Graph elsewhere = new Graph();
    elsewhere.input("X", Element.FLOAT, 2);
    elsewhere.elsewhere("w", "../../etc/passwd");
    elsewhere.name(elsewhere.add("MatMul", "X", "w"), "p");
    elsewhere.output("p", Element.FLOAT, 1);
    assertThatThrownBy(() -> read(elsewhere, CLASS))
        .hasMessageContaining("tensor 'w' lies in another file");

    Graph three = new Graph();
    three.input("X", Element.FLOAT, 3);
    three.name("X", "p");
    three.output("p", Element.FLOAT, 3);
    assertThatThrownBy(() -> read(three, CLASS))
        .hasMessageContaining("'p' (float [-1, 3])")
        .hasMessageContaining("[N, 2]");

    Graph image = new Graph();
    image.input("pixels", Element.BOOL, 3);
    image.name(image.cast("pixels", Element.FLOAT), "p");
    image.output("p", Element.FLOAT, 3);
    assertThatThrownBy(() -> read(image, CLASS)).hasMessageContaining("'pixels' (bool [-1, 3])");

    byte[] whole = frame().toBytes("test");
    for (int length = 3; length < whole.length; length += 7) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> new OnnxFormat().read(cut, "cut.onnx", NUMBER))
          .isInstanceOf(BadInput.class);
    }
  }

  /// Whatever is done to a file, it is refused in one clear error or scored.
  @Test
  void damagedFilesAreRefusedOrScored() {
    Random random = new Random(1);
    int scored = 0;
    byte[] maps = logistic("p", List.of(), true).toBytes("test");
    for (byte[] whole : List.of(frame().toBytes("test"), maps)) {
      for (int i = 0; i < 300; i++) {
        byte[] damaged = whole.clone();
        for (int change = 0; change <= i % 4; change++) {
          damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt(256);
        }
        try {
          Wanted wanted = i % 2 == 0 ? NUMBER : CLASS;
          Model model = build(new OnnxFormat().read(damaged, "damaged.onnx", wanted));
          model.margin(new float[model.inputs()], 0);
          scored++;
        } catch (BadInput | IllegalStateException refused) {
          assertThat(refused.getMessage()).isNotBlank();
        }
      }
    }
    assertThat(scored).isPositive();
  }

  @Test
  void aTensorLargerThanTheMemoryIsRefused() {
    Graph huge = new Graph();
    huge.input("X", Element.FLOAT, 2);
    String zeros =
        huge.add("ConstantOfShape", huge.constant(new long[] {1L << 20, 1L << 20, 1L << 10}));
    String sum = huge.add("ReduceSum", zeros, huge.constant(new long[] {0, 1, 2}));
    String first =
        huge.add("Gather", List.of("X", huge.constant(new long[] {0})), Graph.attribute("axis", 1));
    huge.name(huge.add("Add", huge.add("Squeeze", sum), first), "p");
    huge.output("p", Element.FLOAT, 1);
    assertThatThrownBy(() -> build(read(huge, CLASS)).margin(new float[2], 0))
        .isInstanceOfAny(BadInput.class, IllegalStateException.class)
        .hasMessageContaining("ONNX Runtime");
  }

  @Test
  void manyThreadsShareAModel() throws Exception {
    Model model = build(read(logistic("probabilities", List.of(), false), CLASS));
    List<Thread> threads = new ArrayList<>();
    List<String> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int t = 0; t < 4; t++) {
      float a = t;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 500; i++) {
                  float b = i / 100f;
                  double p = model.margin(new float[] {a, b}, 0);
                  if (Math.abs(p - expected(a, b)) > 1e-6) {
                    wrong.add(a + ", " + b + ": " + p);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
  }
}
