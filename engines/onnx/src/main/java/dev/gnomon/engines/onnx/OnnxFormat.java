package dev.gnomon.engines.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtSession;
import dev.gnomon.engines.onnx.Signature.Slot;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.ForeignFormat;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import dev.gnomon.models.spi.ForeignModel.Kind;
import java.util.ArrayList;
import java.util.List;

/// Models in ONNX as scikit-learn's, XGBoost's and LightGBM's converters write them; found with
/// `ServiceLoader`.
public final class OnnxFormat implements ForeignFormat {
  private static final int MOST_VERSIONS = 64;

  @Override
  public String name() {
    return "onnx";
  }

  /// A protobuf message that begins with the version of the format, as every writer has it.
  @Override
  public boolean recognises(byte[] file) {
    return file.length > 2 && file[0] == 0x08 && file[1] > 0 && file[1] < MOST_VERSIONS;
  }

  @Override
  public ForeignModel read(byte[] file, String place, Wanted wanted) {
    OnnxFile scanned = OnnxFile.scan(file, place);
    OrtSession session = OnnxRuntime.open(file, place);
    Signature signature = Signature.of(session, scanned, wanted, place);
    List<Input> inputs = new ArrayList<>();
    for (Slot slot : signature.slots()) {
      for (int i = 0; i < slot.width(); i++) {
        boolean named = slot.width() == 1;
        Kind kind = kind(slot.type());
        inputs.add(
            new Input(
                named ? slot.name() : "",
                kind,
                kind == Kind.TEXT ? List.copyOf(scanned.texts()) : List.of()));
      }
    }
    Output output = wanted.number() ? Output.NUMBER : Output.PROBABILITY;
    return new ForeignModel(
        name(),
        inputs,
        (settled, usual) ->
            OnnxModel.of(
                file,
                session,
                output,
                signature,
                settled.stream()
                    .map(input -> input.kind() == Kind.TEXT ? input.levels() : List.<String>of())
                    .toList(),
                usual));
  }

  private static Kind kind(OnnxJavaType type) {
    return switch (type) {
      case STRING -> Kind.TEXT;
      case INT64, INT32 -> Kind.WHOLE;
      default -> Kind.NUMBER;
    };
  }
}
