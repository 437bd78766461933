package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The format of our own trees: `model.json` says what they are and how they are combined,
/// `trees.bin` holds their nodes.
///
/// `trees.bin` is big-endian. It begins with `GTR1`; each tree follows with its number of nodes
/// (int) and its nodes in preorder, so that no position is stored. A node is a variable-length
/// integer c (seven bits a byte, lowest first) and then, of a leaf (c = 0) its value (double), of
/// an inner node (c - 1 is twice the input, plus one if missing values go left) its threshold
/// (float), and of both their training weight (float). About 11 bytes per node.
final class ForestFile {
  private static final String MODEL = "model.json";
  private static final String NODES = "trees.bin";
  private static final int MAGIC = 0x47545231;
  private static final int LEAST_BYTES = 9;
  private static final int BUFFER = 1 << 16;

  private ForestFile() {}

  static void write(Forest forest, Path directory) {
    ObjectNode json =
        CanonicalJson.object()
            .put("kind", forest.kind())
            .put("output", forest.output().name())
            .put("combination", forest.combination().name())
            .put("base", forest.base())
            .put("inputs", forest.inputs())
            .put("trees", forest.size());
    if (forest.outOfBag().rows() > 0) {
      ObjectNode outOfBag = json.putObject("out-of-bag").put("rows", forest.outOfBag().rows());
      forest.outOfBag().figures().forEach(outOfBag::put);
    }
    CanonicalJson.write(json, directory.resolve(MODEL));
    nodes(forest.trees(), directory);
  }

  static void write(TreeMedian median, Path directory) {
    ObjectNode json =
        CanonicalJson.object()
            .put("kind", median.kind())
            .put("output", median.output().name())
            .put("combination", "MEDIAN")
            .put("inputs", median.inputs())
            .put("trees", median.size());
    ArrayNode weights = json.putArray("weights");
    for (int tree = 0; tree < median.size(); tree++) {
      weights.add(median.weight(tree));
    }
    CanonicalJson.write(json, directory.resolve(MODEL));
    nodes(median.trees(), directory);
  }

  private static void nodes(Trees trees, Path directory) {
    try (var out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(directory.resolve(NODES)), BUFFER))) {
      out.writeInt(MAGIC);
      for (int tree = 0; tree < trees.size(); tree++) {
        int from = trees.roots()[tree];
        int to = tree + 1 < trees.size() ? trees.roots()[tree + 1] : trees.right().length;
        out.writeInt(to - from);
        for (int node = from; node < to; node++) {
          if (trees.leaf(node)) {
            out.writeByte(0);
            out.writeDouble(trees.value(node));
          } else {
            int code = trees.feature()[node] + 1;
            while (code > 127) {
              out.writeByte((code & 127) | 128);
              code >>>= 7;
            }
            out.writeByte(code);
            out.writeFloat(trees.threshold()[node]);
          }
          out.writeFloat(trees.cover()[node]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param kind what the directory must hold
  static Model read(String kind, Path directory) {
    Path file = directory.resolve(MODEL);
    JsonNode json = CanonicalJson.read(file);
    try {
      if (!json.required("kind").asString().equals(kind)) {
        throw new IllegalArgumentException("its kind is " + json.required("kind"));
      }
      int inputs = json.required("inputs").intValue();
      int count = json.required("trees").intValue();
      String combination = json.required("combination").asString();
      List<Tree> trees = trees(directory.resolve(NODES), count);
      if (combination.equals("MEDIAN")) {
        JsonNode list = json.required("weights");
        double[] weights = new double[list.size()];
        Arrays.setAll(weights, i -> list.required(i).doubleValue());
        return new TreeMedian(kind, inputs, trees, weights);
      }
      return new Forest(
          kind,
          Output.valueOf(json.required("output").asString()),
          Forest.Combination.valueOf(combination),
          json.required("base").doubleValue(),
          inputs,
          trees,
          outOfBag(json.path("out-of-bag")));
    } catch (IOException | RuntimeException e) {
      throw new BadInput(file.toString(), e.getMessage() + "", "a model of kind " + kind);
    }
  }

  private static OutOfBag outOfBag(JsonNode json) {
    if (!json.isObject()) {
      return OutOfBag.none();
    }
    Map<String, Double> figures = new TreeMap<>();
    json.properties()
        .forEach(entry -> {
          if (!entry.getKey().equals("rows")) {
            figures.put(entry.getKey(), entry.getValue().doubleValue());
          }
        });
    return new OutOfBag(json.required("rows").intValue(), figures, new double[0]);
  }

  private static List<Tree> trees(Path file, int count) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    if (in.remaining() < 4 || in.getInt() != MAGIC || count > in.remaining() / LEAST_BYTES) {
      throw new IllegalArgumentException("trees.bin holds no %d trees".formatted(count));
    }
    List<Tree> trees = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        trees.add(tree(in));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("trees.bin ends too early", e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("trees.bin goes on after the last tree");
    }
    return trees;
  }

  private static Tree tree(ByteBuffer in) {
    int nodes = in.getInt();
    if (nodes < 1 || nodes > in.remaining() / LEAST_BYTES) {
      throw new IllegalArgumentException("a tree claims %d nodes".formatted(nodes));
    }
    int[] right = new int[nodes];
    int[] feature = new int[nodes];
    float[] threshold = new float[nodes];
    float[] cover = new float[nodes];
    double[] values = new double[(nodes + 1) / 2];
    int[] waiting = new int[Tree.DEEPEST + 1];
    int level = 0;
    int leaves = 0;
    for (int i = 0; i < nodes; i++) {
      int code = code(in);
      if (code == 0) {
        if (leaves == values.length) {
          throw new IllegalArgumentException("a tree has too many leaves");
        }
        values[leaves] = in.getDouble();
        right[i] = -1 - leaves++;
        if (level > 0) {
          // The innermost node that waits gets its right child next.
          right[waiting[--level]] = i + 1;
        }
      } else {
        if (level == waiting.length) {
          throw new IllegalArgumentException("a tree is deeper than " + Tree.DEEPEST);
        }
        waiting[level++] = i;
        feature[i] = code - 1;
        threshold[i] = in.getFloat();
      }
      cover[i] = in.getFloat();
    }
    return new Tree(right, feature, threshold, cover, values);
  }

  private static int code(ByteBuffer in) {
    int code = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = in.get();
      code |= (next & 127) << shift;
      if (next >= 0) {
        break;
      }
    }
    return code;
  }
}
