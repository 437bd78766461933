package dev.gnomon.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.sun.management.ThreadMXBean;
import dev.gnomon.models.Model;
import dev.gnomon.models.trees.ImportedTrees;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Scoring a boosted ensemble: the platform's model, the packed heap kernel by itself, XGBoost and
/// ONNX Runtime from Java. CPU of the thread per row, median and best of slots that take turns;
/// bytes allocated per row.
///
/// Arguments: the folder with `model.json`, `big.json`, `rows.f32` (single-precision rows, one
/// after the other) and, for ONNX Runtime, `model.onnx`.
public final class TreeScoring {
  private static final int SLOTS = 9;
  private static final long SLOT_NANOS = 150_000_000;

  private TreeScoring() {}

  private interface Work {
    void run() throws Exception;
  }

  private record Contender(String name, int rows, Work work) {}

  public static void main(String... arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    for (String name : List.of("model", "big")) {
      Path file = folder.resolve(name + ".json");
      byte[] json = Files.readAllBytes(file);
      Model model = ImportedTrees.read(json, file.toString());
      float[] rows = floats(Files.readAllBytes(folder.resolve("rows.f32")));
      System.out.println(name + ".json, " + model.inputs() + " inputs");
      measure(model, json, rows, folder.resolve(name + ".onnx"), "");
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < rows.length; i++) {
        rows[i] = random.nextInt(10) == 0 ? Float.NaN : rows[i];
      }
      measure(model, json, rows, Path.of("none"), ", a tenth missing");
    }
  }

  private static void measure(Model model, byte[] json, float[] rows, Path onnx, String what)
      throws Exception {
    int width = model.inputs();
    int count = rows.length / width;
    double[] out = new double[count];
    double[] sink = new double[1];
    int[] next = new int[1];
    Booster booster = XGBoost.loadModel(json);
    booster.setParam("nthread", 1);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(
        new Contender(
            "platform, one row",
            1,
            () -> sink[0] += model.margin(rows, width * (next[0]++ % count))));
    contenders.add(
        new Contender("platform, batch of 1,000", count, () -> model.margins(rows, count, out)));
    if (what.isEmpty()) {
      PackedHeap kernel = PackedHeap.of(json, width);
      for (int i = 0; i < count; i++) {
        if (Math.abs(kernel.margin(rows, width * i) - model.margin(rows, width * i)) > 1e-4) {
          throw new IllegalStateException("row " + i + " differs");
        }
      }
      contenders.add(
          new Contender(
              "packed heap alone, one row",
              1,
              () -> sink[0] += kernel.margin(rows, width * (next[0]++ % count))));
    }
    float[] one = new float[width];
    contenders.add(
        new Contender(
            "XGBoost, one row",
            1,
            () -> {
              System.arraycopy(rows, width * (next[0]++ % count), one, 0, width);
              sink[0] += booster.inplace_predict(one, 1, width, Float.NaN)[0][0];
            }));
    contenders.add(
        new Contender(
            "XGBoost, batch of 1,000",
            count,
            () -> sink[0] += booster.inplace_predict(rows, count, width, Float.NaN)[0][0]));
    if (Files.exists(onnx)) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      OrtSession session = environment.createSession(onnx.toString(), options);
      for (int size : new int[] {1, count}) {
        contenders.add(
            new Contender(
                "ONNX Runtime, " + (size == 1 ? "one row" : "batch of 1,000"),
                size,
                () -> {
                  int from = size == 1 ? width * (next[0]++ % count) : 0;
                  try (OnnxTensor tensor =
                          OnnxTensor.createTensor(
                              environment,
                              FloatBuffer.wrap(rows, from, size * width),
                              new long[] {size, width});
                      OrtSession.Result result = session.run(Map.of("x", tensor))) {
                    sink[0] += ((float[][]) result.get(0).getValue())[0][0];
                  }
                }));
      }
    }
    run(contenders, what);
  }

  private static void run(List<Contender> contenders, String what) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[][] nanos = new double[contenders.size()][SLOTS];
    double[] bytes = new double[contenders.size()];
    for (int slot = -4; slot < SLOTS; slot++) {
      for (int c = 0; c < contenders.size(); c++) {
        Contender contender = contenders.get(c);
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long begin = threads.getCurrentThreadCpuTime();
        long spent = 0;
        long calls = 0;
        while (spent < SLOT_NANOS) {
          for (int i = 0; i < (contender.rows == 1 ? 1_000 : 1); i++) {
            contender.work.run();
            calls++;
          }
          spent = threads.getCurrentThreadCpuTime() - begin;
        }
        if (slot >= 0) {
          nanos[c][slot] = (double) spent / (calls * contender.rows);
          bytes[c] =
              (double) (threads.getCurrentThreadAllocatedBytes() - allocated)
                  / (calls * contender.rows);
        }
      }
    }
    for (int c = 0; c < contenders.size(); c++) {
      Arrays.sort(nanos[c]);
      System.out.printf(
          "  %-30s %10.0f ns a row [%.0f], %.0f bytes%n",
          contenders.get(c).name + what, nanos[c][SLOTS / 2], nanos[c][0], bytes[c]);
    }
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /// The bare kernel to measure against: every tree padded to a full heap, a threshold that orders
  /// like its float and an input in one long, four trees side by side, no missing values, nothing
  /// else.
  private static final class PackedHeap {
    final int trees;
    final int depth;
    final long[] nodes;
    final float[] leaves;
    final float base;
    final int[] keys;

    PackedHeap(int trees, int depth, float base, int width) {
      this.trees = trees;
      this.depth = depth;
      this.base = base;
      this.nodes = new long[trees << depth];
      this.leaves = new float[trees << depth];
      this.keys = new int[width];
    }

    static PackedHeap of(byte[] json, int width) {
      JsonNode learner = JsonMapper.shared().readTree(json).get("learner");
      JsonNode list = learner.get("gradient_booster").get("model").get("trees");
      int deepest = 0;
      for (JsonNode tree : list) {
        deepest = Math.max(deepest, depth(tree, 0));
      }
      float score =
          Float.parseFloat(
              learner
                  .get("learner_model_param")
                  .get("base_score")
                  .asString()
                  .replaceAll("[\\[\\]]", ""));
      PackedHeap heap =
          new PackedHeap(list.size(), deepest, (float) -Math.log(1f / score - 1f), width);
      for (int t = 0; t < list.size(); t++) {
        heap.fill(list.get(t), t, 0, 1, 0);
      }
      return heap;
    }

    private static int depth(JsonNode tree, int node) {
      int left = tree.get("left_children").get(node).intValue();
      return left < 0
          ? 0
          : 1
              + Math.max(
                  depth(tree, left), depth(tree, tree.get("right_children").get(node).intValue()));
    }

    private void fill(JsonNode tree, int t, int node, int at, int level) {
      int left = tree.get("left_children").get(node).intValue();
      float condition = (float) tree.get("split_conditions").get(node).doubleValue();
      if (level == depth) {
        leaves[(t << depth) + at - (1 << depth)] = condition;
        return;
      }
      int next = left < 0 ? node : left;
      int other = left < 0 ? node : tree.get("right_children").get(node).intValue();
      if (left >= 0) {
        nodes[(t << depth) + at] =
            (long) key(condition) << 32 | tree.get("split_indices").get(node).intValue();
      }
      fill(tree, t, next, 2 * at, level + 1);
      fill(tree, t, other, 2 * at + 1, level + 1);
    }

    private static int key(float value) {
      int bits = Float.floatToRawIntBits(value + 0f);
      return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    private static int step(int at, long node, int[] keys) {
      return 2 * at + 1 - (int) ((keys[(int) node] - (node >> 32)) >>> 63);
    }

    float margin(float[] row, int offset) {
      for (int i = 0; i < keys.length; i++) {
        keys[i] = key(row[offset + i]);
      }
      float sum = base;
      int size = 1 << depth;
      int t = 0;
      for (; t + 4 <= trees; t += 4) {
        int root = t << depth;
        int a = 1;
        int b = 1;
        int c = 1;
        int d = 1;
        for (int level = 0; level < depth; level++) {
          a = step(a, nodes[root + a], keys);
          b = step(b, nodes[root + size + b], keys);
          c = step(c, nodes[root + 2 * size + c], keys);
          d = step(d, nodes[root + 3 * size + d], keys);
        }
        sum += leaves[root + a - size];
        sum += leaves[root + b];
        sum += leaves[root + size + c];
        sum += leaves[root + 2 * size + d];
      }
      for (; t < trees; t++) {
        int a = 1;
        for (int level = 0; level < depth; level++) {
          a = step(a, nodes[(t << depth) + a], keys);
        }
        sum += leaves[(t << depth) + a - size];
      }
      return sum;
    }
  }
}
