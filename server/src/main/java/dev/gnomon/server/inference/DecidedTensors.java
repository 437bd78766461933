package dev.gnomon.server.inference;

import dev.gnomon.models.Decision;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import java.util.List;
import java.util.Locale;

/// Decisions as columns. What a row does not have is NaN, an empty text or 0.
final class DecidedTensors {
  /// The outputs of every use case.
  static final List<TensorSpec> SPECS =
      List.of(
          new TensorSpec("score", Datatype.FP64, -1, 1),
          new TensorSpec("decision", Datatype.BYTES, -1, 1),
          new TensorSpec("band", Datatype.BYTES, -1, 1),
          new TensorSpec("threshold", Datatype.FP64, -1, 1),
          new TensorSpec("expected_cost", Datatype.FP64, -1, 1),
          new TensorSpec("prediction_id", Datatype.BYTES, -1, 1),
          new TensorSpec("key", Datatype.BYTES, -1, 1),
          new TensorSpec("version", Datatype.INT64, -1, 1),
          new TensorSpec("variant", Datatype.BYTES, -1, 1),
          new TensorSpec("degraded", Datatype.BOOL, -1, 1),
          new TensorSpec("cause", Datatype.BYTES, -1, 1));

  private final double[] score;
  private final String[] decision;
  private final String[] band;
  private final double[] threshold;
  private final double[] expectedCost;
  private final String[] predictionId;
  private final String[] key;
  private final long[] version;
  private final String[] variant;
  private final byte[] degraded;
  private final String[] cause;
  private long decidedBy;

  DecidedTensors(int rows) {
    this.score = new double[rows];
    this.decision = new String[rows];
    this.band = new String[rows];
    this.threshold = new double[rows];
    this.expectedCost = new double[rows];
    this.predictionId = new String[rows];
    this.key = new String[rows];
    this.version = new long[rows];
    this.variant = new String[rows];
    this.degraded = new byte[rows];
    this.cause = new String[rows];
  }

  void set(int row, Decided decided) {
    DecisionRecord record = decided.record();
    // A predicted number: there is nothing to say yes or no to.
    boolean decides = record.band() != Decision.Band.NONE;
    score[row] = finite(record.score());
    decision[row] = decides ? record.decision() : "";
    band[row] = decides ? record.band().name().toLowerCase(Locale.ROOT) : "";
    threshold[row] = finite(record.threshold());
    expectedCost[row] = finite(record.expectedCost());
    predictionId[row] = decided.id().text();
    key[row] = record.key();
    version[row] = record.version();
    variant[row] = record.variant().word();
    degraded[row] = (byte) (record.cause().degraded() ? 1 : 0);
    cause[row] = record.cause() == DecisionRecord.Cause.NONE ? "" : record.cause().word();
    decidedBy = record.version() == 0 ? decidedBy : record.version();
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }

  /// A row that was not decided, beside others that were.
  void refused(int row, String asked, String reason) {
    score[row] = Double.NaN;
    decision[row] = "";
    band[row] = "";
    threshold[row] = Double.NaN;
    expectedCost[row] = Double.NaN;
    predictionId[row] = "";
    key[row] = asked;
    variant[row] = "";
    degraded[row] = 1;
    cause[row] = "refused: " + reason;
  }

  /// The version that decided last; empty when only fallback rules did.
  String version() {
    return decidedBy == 0 ? "" : Long.toString(decidedBy);
  }

  List<Tensor> tensors() {
    return List.of(
        Tensor.column("score", Datatype.FP64, new Values.Doubles(score)),
        Tensor.texts("decision", decision),
        Tensor.texts("band", band),
        Tensor.column("threshold", Datatype.FP64, new Values.Doubles(threshold)),
        Tensor.column("expected_cost", Datatype.FP64, new Values.Doubles(expectedCost)),
        Tensor.texts("prediction_id", predictionId),
        Tensor.texts("key", key),
        Tensor.column("version", Datatype.INT64, new Values.Longs(version)),
        Tensor.texts("variant", variant),
        Tensor.column("degraded", Datatype.BOOL, new Values.Octets(degraded)),
        Tensor.texts("cause", cause));
  }
}
