package dev.gnomon.serving;

/// Where the time of one decision went; filled for those that are timed.
///
/// All times are nanoseconds by `System::nanoTime`. A request that repeats an earlier one by its id
/// is answered from the log and has no stages: see [#done].
public final class Stages {
  private long begun;
  private long read;
  private long scored;
  private long logged;

  void begin() {
    begun = System.nanoTime();
  }

  void read() {
    read = System.nanoTime();
  }

  void scored() {
    scored = System.nanoTime();
  }

  void logged() {
    logged = System.nanoTime();
  }

  /// Whether a decision was made, logged and timed.
  public boolean done() {
    return logged != 0;
  }

  /// When the decision began.
  public long begun() {
    return begun;
  }

  /// When its features were there.
  public long readAt() {
    return read;
  }

  /// When model, policy and limits had said what they say.
  public long scoredAt() {
    return scored;
  }

  /// When its record was in the log.
  public long loggedAt() {
    return logged;
  }
}
