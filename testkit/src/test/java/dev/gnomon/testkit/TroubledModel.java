package dev.gnomon.testkit;

import dev.gnomon.models.Model;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// A model that works, throws or gives no number, as a test says.
final class TroubledModel implements Model {
  enum Mood {
    WELL,
    THROWS,
    NO_NUMBER,
    OVERFLOWS
  }

  final AtomicInteger calls = new AtomicInteger();
  private final Model well;
  private volatile Mood mood = Mood.WELL;
  private volatile Runnable before = () -> {};

  TroubledModel(Model well) {
    this.well = well;
  }

  void mood(Mood now) {
    mood = now;
  }

  /// What happens before each score.
  void before(Runnable what) {
    before = what;
  }

  @Override
  public String kind() {
    return well.kind();
  }

  @Override
  public int inputs() {
    return well.inputs();
  }

  @Override
  public double margin(float[] row, int offset) {
    calls.incrementAndGet();
    before.run();
    return switch (mood) {
      case WELL -> well.margin(row, offset);
      case THROWS -> throw new IllegalStateException("the model is out of order");
      case NO_NUMBER -> Double.NaN;
      case OVERFLOWS -> throw new StackOverflowError();
    };
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    well.contributions(row, offset, out);
  }

  @Override
  public void write(Path directory) {
    throw new UnsupportedOperationException("it stays in memory");
  }
}
