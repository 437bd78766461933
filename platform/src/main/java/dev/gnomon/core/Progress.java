package dev.gnomon.core;

/// Told how long work goes on; a bar on a terminal, plain lines otherwise. Calls are cheap and may
/// come from several threads.
public interface Progress {
  Progress NONE =
      new Progress() {
        @Override
        public void stage(String name, long total) {}

        @Override
        public void advance(long done) {}

        @Override
        public void note(String line) {}
      };

  /// A new stage begins; the one before is done.
  ///
  /// @param name what is being done, for people: `reading logins`
  /// @param total units to come, or 0 if unknown
  void stage(String name, long total);

  /// So many units more are done.
  void advance(long done);

  /// How the stage stands, shown beside it until it ends: `best log-loss 0.412`.
  default void status(String text) {}

  /// Something worth telling that is no stage.
  void note(String line);
}
