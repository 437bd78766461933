package dev.gnomon.engines.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a file in ONNX holds, read before any runtime sees it: https://onnx.ai/onnx/intro, fields
/// by their numbers in `onnx.proto`.
///
/// Refused: operators of other domains than ONNX's own (they need a library with code), operators
/// that may never end or give another answer each time, and tensors in other files (their paths
/// could lead anywhere).
///
/// @param domains of operators with the version of their set
/// @param texts that an operator compares inputs with: categories, keys
/// @param labels of the classes; empty for models without, or with more lists than one
/// @param metadata as the writer put it
record OnnxFile(
    Map<String, Long> domains,
    Set<String> texts,
    List<String> labels,
    Map<String, String> metadata) {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");
  private static final Set<String> REFUSED =
      Set.of(
          "Loop",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Multinomial",
          "Bernoulli");
  private static final int DEEPEST = 16;

  /// @throws BadInput naming everything in it that can't be used
  static OnnxFile scan(byte[] file, String place) {
    Scan scan = new Scan();
    try {
      scan.model(CodedInputStream.newInstance(file));
    } catch (IOException | RuntimeException e) {
      throw new BadInput(
          place, "it is no ONNX model: " + e.getMessage(), "a file as ONNX exporters write it");
    }
    List<Problem> problems = new ArrayList<>();
    scan.foreign.forEach(operator ->
        problems.add(
            new Problem(
                place,
                "operator " + operator,
                "operators of ai.onnx and ai.onnx.ml: custom ones need a library with code, which"
                    + " is never loaded")));
    scan.refused.forEach(operator ->
        problems.add(
            new Problem(
                place,
                "operator " + operator,
                "operators that end and give the same answer each time")));
    scan.external.forEach(tensor ->
        problems.add(
            new Problem(
                place,
                "tensor '%s' lies in another file".formatted(tensor),
                "a model in one file: onnx.save(model, path, save_as_external_data=False)")));
    if (!scan.graph) {
      problems.add(new Problem(place, "it holds no graph", "an ONNX model"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new OnnxFile(
        scan.domains,
        scan.texts,
        scan.labels.size() == 1 ? scan.labels.iterator().next() : List.of(),
        scan.metadata);
  }

  /// Walks the messages; whatever it does not look at is skipped.
  private static final class Scan {
    private final Map<String, Long> domains = new TreeMap<>();
    private final Set<String> texts = new LinkedHashSet<>();
    private final Set<List<String>> labels = new LinkedHashSet<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final Set<String> foreign = new TreeSet<>();
    private final Set<String> refused = new TreeSet<>();
    private final Set<String> external = new TreeSet<>();
    private boolean graph;

    private interface Part {
      void read(CodedInputStream in) throws IOException;
    }

    private static void nested(CodedInputStream in, Part part) throws IOException {
      int limit = in.pushLimit(in.readRawVarint32());
      part.read(in);
      in.popLimit(limit);
    }

    private static String text(CodedInputStream in) throws IOException {
      return in.readBytes().toString(StandardCharsets.UTF_8);
    }

    void model(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 7 -> {
            graph = true;
            nested(in, part -> graph(part, 0));
          }
          case 8 -> nested(in, this::domain);
          case 14 -> nested(in, part -> pair(part, metadata));
          case 25 -> nested(in, part -> function(part, 0));
          default -> in.skipField(tag);
        }
      }
    }

    private void domain(CodedInputStream in) throws IOException {
      String name = "";
      long version = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> name = text(in);
          case 2 -> version = in.readInt64();
          default -> in.skipField(tag);
        }
      }
      domains.put(name, version);
    }

    private static void pair(CodedInputStream in, Map<String, String> to) throws IOException {
      String key = "";
      String value = "";
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> key = text(in);
          case 2 -> value = text(in);
          default -> in.skipField(tag);
        }
      }
      to.put(key, value);
    }

    private void graph(CodedInputStream in, int depth) throws IOException {
      if (depth > DEEPEST) {
        throw new IOException("graphs nested deeper than " + DEEPEST);
      }
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> nested(in, part -> node(part, depth));
          case 5 -> nested(in, this::tensor);
          case 15 -> nested(in, this::sparse);
          default -> in.skipField(tag);
        }
      }
    }

    private void function(CodedInputStream in, int depth) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 7 -> nested(in, part -> node(part, depth));
          case 11 -> nested(in, part -> attribute(part, depth));
          default -> in.skipField(tag);
        }
      }
    }

    private void node(CodedInputStream in, int depth) throws IOException {
      String operator = "";
      String domain = "";
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 4 -> operator = text(in);
          case 5 -> nested(in, part -> attribute(part, depth));
          case 7 -> domain = text(in);
          default -> in.skipField(tag);
        }
      }
      if (!DOMAINS.contains(domain)) {
        foreign.add(domain + ":" + operator);
      } else if (REFUSED.contains(operator)) {
        refused.add(operator);
      }
    }

    private void attribute(CodedInputStream in, int depth) throws IOException {
      String name = "";
      List<String> strings = new ArrayList<>();
      List<String> whole = new ArrayList<>();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> name = text(in);
          case 5, 10 -> nested(in, this::tensor);
          case 6, 11 -> nested(in, part -> graph(part, depth + 1));
          case 8 -> {
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
              nested(
                  in,
                  part -> {
                    while (!part.isAtEnd()) {
                      whole.add(Long.toString(part.readInt64()));
                    }
                  });
            } else {
              whole.add(Long.toString(in.readInt64()));
            }
          }
          case 9 -> strings.add(text(in));
          case 22, 23 -> nested(in, this::sparse);
          default -> in.skipField(tag);
        }
      }
      if (name.startsWith("classlabels_")) {
        List<String> found = strings.isEmpty() ? whole : strings;
        if (!found.isEmpty()) {
          labels.add(List.copyOf(found));
        }
      } else {
        texts.addAll(strings);
      }
    }

    private void sparse(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1, 2 -> nested(in, this::tensor);
          default -> in.skipField(tag);
        }
      }
    }

    private void tensor(CodedInputStream in) throws IOException {
      String name = "";
      boolean elsewhere = false;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 6 -> texts.add(text(in));
          case 8 -> name = text(in);
          case 13 -> {
            elsewhere = true;
            in.skipField(tag);
          }
          case 14 -> elsewhere |= in.readEnum() != 0;
          default -> in.skipField(tag);
        }
      }
      if (elsewhere) {
        external.add(name);
      }
    }
  }
}
