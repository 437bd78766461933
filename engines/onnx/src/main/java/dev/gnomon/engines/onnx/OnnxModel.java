package dev.gnomon.engines.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.engines.onnx.Signature.Score;
import dev.gnomon.engines.onnx.Signature.Slot;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.PathContributions;
import dev.gnomon.models.spi.ModelReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A model in ONNX, scored by ONNX Runtime: a probability or a number. Many rows go through one
/// run.
///
/// Unlike other models it allocates while scoring: a run costs some ten objects, whatever its
/// number of rows. Contributions are [PathContributions] from the usual training row: they add up
/// to the score and cost two runs per input that differs from it, so they are dear for wide models.
///
/// `model.onnx` is the file as it came, `model.json` says which output is the score, which texts
/// the codes of a text input stand for, and the usual row.
public final class OnnxModel implements Model {
  public static final String KIND = "onnx";
  private static final String FILE = "model.onnx";
  private static final String FACTS = "model.json";

  /// A text that no category is: what the model gets for texts that nobody knew at import.
  private static final String UNSEEN = "\uFFFDunseen";

  private static final Cleaner CLEANER = Cleaner.create();

  private final byte[] source;
  private final Output output;
  private final Signature signature;
  private final String[][] texts;
  private final float[] usual;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Set<String> asked;
  private final ThreadLocal<ByteBuffer[]> buffers;

  /// @param texts per input the texts that its codes stand for; empty for numbers
  private OnnxModel(
      byte[] source,
      OrtSession session,
      Output output,
      Signature signature,
      List<List<String>> texts,
      float[] usual) {
    if (texts.size() != signature.width() || usual.length != signature.width()) {
      throw new IllegalArgumentException("lists of different lengths");
    }
    this.source = source;
    this.session = session;
    this.output = output;
    this.signature = signature;
    this.texts = texts.stream().map(list -> list.toArray(String[]::new)).toArray(String[][]::new);
    this.usual = usual.clone();
    this.environment = OnnxRuntime.environment();
    this.asked = Set.of(signature.score().output());
    int slots = signature.slots().size();
    this.buffers = ThreadLocal.withInitial(() -> new ByteBuffer[slots]);
    CLEANER.register(this, () -> close(session));
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  static OnnxModel of(
      byte[] source,
      OrtSession session,
      Output output,
      Signature signature,
      List<List<String>> texts,
      float[] usual) {
    return new OnnxModel(source, session, output, signature, texts, usual);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int inputs() {
    return usual.length;
  }

  @Override
  public Output output() {
    return output;
  }

  @Override
  public double margin(float[] row, int offset) {
    double[] out = new double[1];
    run(row, offset, 1, out, 0);
    return out[0];
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    if (!signature.oneByOne()) {
      if (count > 0) {
        run(rows, 0, count, out, 0);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      run(rows, i * inputs(), 1, out, i);
    }
  }

  private void run(float[] rows, int offset, int count, double[] out, int to) {
    Map<String, OnnxTensor> tensors = LinkedHashMap.newLinkedHashMap(signature.slots().size());
    try {
      int column = 0;
      for (int s = 0; s < signature.slots().size(); s++) {
        Slot slot = signature.slots().get(s);
        tensors.put(slot.name(), tensor(s, slot, rows, offset + column, column, count));
        column += slot.width();
      }
      try (OrtSession.Result result = session.run(tensors, asked)) {
        read(result.get(0), count, out, to);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(int number, Slot slot, float[] rows, int start, int input, int count)
      throws OrtException {
    int width = slot.width();
    int stride = inputs();
    long[] shape = slot.shape(count);
    return switch (slot.type()) {
      case FLOAT -> {
        FloatBuffer to = buffer(number, count * width * Float.BYTES).asFloatBuffer();
        for (int i = 0; i < count; i++) {
          to.put(rows, start + i * stride, width);
        }
        yield OnnxTensor.createTensor(environment, to.flip(), shape);
      }
      case DOUBLE -> {
        DoubleBuffer to = buffer(number, count * width * Double.BYTES).asDoubleBuffer();
        for (int i = 0; i < count; i++) {
          for (int j = 0; j < width; j++) {
            to.put(rows[start + i * stride + j]);
          }
        }
        yield OnnxTensor.createTensor(environment, to.flip(), shape);
      }
      case INT64 -> {
        LongBuffer to = buffer(number, count * Long.BYTES).asLongBuffer();
        for (int i = 0; i < count; i++) {
          to.put(Math.round((double) rows[start + i * stride]));
        }
        yield OnnxTensor.createTensor(environment, to.flip(), shape);
      }
      case INT32 -> {
        IntBuffer to = buffer(number, count * Integer.BYTES).asIntBuffer();
        for (int i = 0; i < count; i++) {
          to.put(Math.round(rows[start + i * stride]));
        }
        yield OnnxTensor.createTensor(environment, to.flip(), shape);
      }
      default -> {
        String[] words = new String[count];
        for (int i = 0; i < count; i++) {
          words[i] = text(input, rows[start + i * stride]);
        }
        yield OnnxTensor.createTensor(environment, words, shape);
      }
    };
  }

  /// A missing text is the empty one: ONNX has no other.
  private String text(int input, float code) {
    if (!(code >= 0)) {
      return "";
    }
    return code < texts[input].length ? texts[input][(int) code] : UNSEEN;
  }

  private ByteBuffer buffer(int slot, int bytes) {
    ByteBuffer[] own = buffers.get();
    if (own[slot] == null || own[slot].capacity() < bytes) {
      own[slot] = ByteBuffer.allocateDirect(Math.max(bytes, 256)).order(ByteOrder.nativeOrder());
    }
    return own[slot].clear();
  }

  private void read(OnnxValue value, int count, double[] out, int to) throws OrtException {
    Score score = signature.score();
    switch (score.form()) {
      case MAPS -> {
        List<? extends OnnxValue> maps = ((OnnxSequence) value).getValue();
        require(maps.size() == count, "a map per row");
        for (int i = 0; i < count; i++) {
          out[to + i] = at(((OnnxMap) maps.get(i)).getValue(), score.label());
        }
      }
      case COLUMN, ALONE -> {
        OnnxTensor tensor = (OnnxTensor) value;
        int width = score.form() == Signature.Form.COLUMN ? 2 : 1;
        if (tensor.getInfo().type == ai.onnxruntime.OnnxJavaType.DOUBLE) {
          DoubleBuffer found = tensor.getDoubleBuffer();
          require(found.remaining() == count * width, "as many scores as rows");
          for (int i = 0; i < count; i++) {
            out[to + i] = found.get(i * width + score.column());
          }
        } else {
          FloatBuffer found = tensor.getFloatBuffer();
          require(found.remaining() == count * width, "as many scores as rows");
          for (int i = 0; i < count; i++) {
            out[to + i] = found.get(i * width + score.column());
          }
        }
      }
    }
  }

  private static double at(Map<?, ?> map, String label) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (label.equals(String.valueOf(entry.getKey()))
          && entry.getValue() instanceof Number number) {
        return number.doubleValue();
      }
    }
    throw new IllegalStateException("the model gives no probability of class '" + label + "'");
  }

  private static void require(boolean held, String what) {
    if (!held) {
      throw new IllegalStateException("the model does not give " + what);
    }
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    PathContributions.of(this, usual, row, offset, out);
  }

  @Override
  public void write(Path directory) {
    Score score = signature.score();
    ObjectNode json =
        CanonicalJson.object()
            .put("kind", KIND)
            .put("output", output.name().toLowerCase(Locale.ROOT));
    json.putObject("score")
        .put("output", score.output())
        .put("form", score.form().name().toLowerCase(Locale.ROOT))
        .put("column", score.column())
        .put("label", score.label());
    ArrayNode lists = json.putArray("texts");
    for (String[] list : texts) {
      ArrayNode to = lists.addArray();
      Arrays.stream(list).forEach(to::add);
    }
    ModelFiles.add(usual, json.putArray("usual"));
    CanonicalJson.write(json, directory.resolve(FACTS));
    try {
      Files.write(directory.resolve(FILE), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      Path file = directory.resolve(FILE);
      JsonNode json = CanonicalJson.read(directory.resolve(FACTS));
      try {
        byte[] source = Files.readAllBytes(file);
        OnnxFile.scan(source, file.toString());
        JsonNode stated = json.required("score");
        Score score =
            new Score(
                stated.required("output").stringValue(),
                Signature.Form.valueOf(
                    stated.required("form").stringValue().toUpperCase(Locale.ROOT)),
                stated.required("column").intValue(),
                stated.required("label").stringValue());
        List<List<String>> texts = new ArrayList<>();
        for (JsonNode list : json.required("texts")) {
          List<String> own = new ArrayList<>();
          list.forEach(text -> own.add(text.stringValue()));
          texts.add(own);
        }
        OrtSession session = OnnxRuntime.open(source, file.toString());
        return new OnnxModel(
            source,
            session,
            Output.valueOf(json.required("output").stringValue().toUpperCase(Locale.ROOT)),
            Signature.of(session, score, file.toString()),
            texts,
            ModelFiles.row(json.required("usual")));
      } catch (BadInput e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw new BadInput(file.toString(), e.getMessage() + "", "an imported ONNX model");
      }
    }
  }
}
