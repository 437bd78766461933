package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import dev.gnomon.testkit.inference.InferenceCalls.Infer;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Values come back as they went in, typed and raw; what does not fit is refused.
abstract class GrpcTensors extends GrpcChapter {
  GrpcTensors(OpenInferenceGrpcContract server) {
    super(server);
  }

  @ParameterizedTest
  @MethodSource("typedSamples")
  void typedContentsComeBackTyped(InferenceSample sample) {
    DynamicMessage response =
        calls.infer(
            new Infer(sample.model())
                .typed(
                    "in",
                    sample.datatype(),
                    InferenceSample.SHAPE,
                    sample.field(),
                    sample.typed()));
    DynamicMessage output = output(response);
    assertThat(InferenceCalls.get(output, "name")).isEqualTo("out");
    assertThat(InferenceCalls.get(output, "datatype")).isEqualTo(sample.datatype());
    assertThat(InferenceCalls.list(output, "shape").toString()).isEqualTo("[2, 3]");
    assertThat((Object) contents(output, sample.field())).isEqualTo(sample.typed());
    assertThat(InferenceCalls.list(response, "raw_output_contents")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void rawContentsComeBackRaw(InferenceSample sample) {
    DynamicMessage response =
        calls.infer(
            new Infer(sample.model())
                .raw("in", sample.datatype(), InferenceSample.SHAPE, sample.raw()));
    DynamicMessage output = output(response);
    assertThat(InferenceCalls.get(output, "datatype")).isEqualTo(sample.datatype());
    assertThat(InferenceCalls.list(output, "shape").toString()).isEqualTo("[2, 3]");
    assertThat(output.hasField(output.getDescriptorForType().findFieldByName("contents")))
        .isFalse();
    List<?> raw = InferenceCalls.list(response, "raw_output_contents");
    assertThat(raw).hasSize(1);
    assertThat(((ByteString) raw.getFirst()).toByteArray()).isEqualTo(sample.raw());
  }

  @ParameterizedTest
  @ValueSource(strings = {"FP16", "BF16"})
  void halfPrecisionIsOnlySentRaw(String datatype) {
    String model = "identity-" + datatype.toLowerCase(java.util.Locale.ROOT);
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer(model).typed("in", datatype, ONE, "fp32_contents", List.of(1f)),
        "raw_input_contents");
  }

  @Test
  void emptyBatchesAreAnswered() {
    long[] empty = {0, 4};
    DynamicMessage typed = calls.infer(fp64("identity-fp64", empty));
    assertThat(InferenceCalls.list(output(typed), "shape").toString()).isEqualTo("[0, 4]");
    DynamicMessage raw =
        calls.infer(new Infer("identity-fp64").raw("in", "FP64", empty, new byte[0]));
    assertThat(InferenceCalls.list(raw, "raw_output_contents")).hasSize(1);
  }

  @Test
  void everyBitOfNumbersThatAreNoneSurvives() {
    byte[] odd =
        InferenceSample.little(
            8, 0x7ff4dead_beef0001L, Double.doubleToLongBits(Double.NEGATIVE_INFINITY));
    DynamicMessage raw =
        calls.infer(new Infer("identity-fp64").raw("in", "FP64", new long[] {1, 2}, odd));
    assertThat(
            ((ByteString) InferenceCalls.list(raw, "raw_output_contents").getFirst()).toByteArray())
        .isEqualTo(odd);
    DynamicMessage typed =
        calls.infer(fp64("identity-fp64", new long[] {1, 2}, Double.NaN, Double.POSITIVE_INFINITY));
    assertThat(contents(output(typed), "fp64_contents").toString()).isEqualTo("[NaN, Infinity]");
  }

  @Test
  void rawEntriesMustAddUp() {
    Infer mixed =
        new Infer("several")
            .typed("a", "FP64", new long[] {1, 2}, "fp64_contents", List.of(1.0, 2.0))
            .raw("b", "BYTES", LINE, new byte[] {1, 0, 0, 0, 'x'});
    refused(Status.Code.INVALID_ARGUMENT, mixed, "raw_input_contents");
    refused(
        Status.Code.INVALID_ARGUMENT,
        fp64("identity-fp64", ONE, 1.0)
            .set("raw_input_contents", List.of(ByteString.copyFrom(new byte[8]))),
        "contents");
    for (int size : new int[] {0, 7, 9, 16}) {
      refused(
          Status.Code.INVALID_ARGUMENT,
          new Infer("identity-fp64").raw("in", "FP64", ONE, new byte[size]),
          Integer.toString(size));
    }
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").raw("in", "FP64", new long[] {1L << 32, 1L << 32}, new byte[8]),
        "shape");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").raw("in", "FP64", new long[] {-1, 1}, new byte[8]),
        "negative");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-bool").raw("in", "BOOL", ONE, new byte[] {2}),
        "BOOL");
    byte[] beyond = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'a'};
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-bytes").raw("in", "BYTES", ONE, beyond),
        "4294967295");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-bytes").raw("in", "BYTES", new long[] {100_000, 1}, new byte[8]),
        "100000");
  }

  @Test
  void typedContentsMustFitShapeAndType() {
    refused(
        Status.Code.INVALID_ARGUMENT, fp64("identity-fp64", new long[] {1, 2}, 1.0), "1 values");
    refused(Status.Code.INVALID_ARGUMENT, fp64("identity-fp64", ONE, 1.0, 2.0), "more");
    refused(Status.Code.INVALID_ARGUMENT, fp64("identity-fp64", LINE, 1.0), "shape");
    refused(
        Status.Code.INVALID_ARGUMENT,
        fp64("identity-fp64", new long[] {Long.MAX_VALUE, 3}, 1.0),
        "shape");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("in", "FP64", ONE, "fp32_contents", List.of(1f)),
        "field");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-int8").typed("in", "INT8", ONE, "int_contents", List.of(128)),
        "128");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-uint16").typed("in", "UINT16", ONE, "uint_contents", List.of(65_536)),
        "65536");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("in", "FP65", ONE, "fp64_contents", List.of(1.0)),
        "FP65");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("in", "FP32", ONE, "fp32_contents", List.of(1f)),
        "FP64");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("no", "FP64", ONE, "fp64_contents", List.of(1.0)),
        "no");
    refused(Status.Code.INVALID_ARGUMENT, new Infer("identity-fp64"), "in");
  }
}
