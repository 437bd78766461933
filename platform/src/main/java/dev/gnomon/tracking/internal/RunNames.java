package dev.gnomon.tracking.internal;

import java.util.UUID;

/// A name for a run that was given none, which people can say.
final class RunNames {
  private static final String[] FIRST = {
    "amber", "brisk", "calm", "clear", "crisp", "deep", "early", "fair", "fleet", "gentle",
        "golden",
    "hardy", "keen", "late", "light", "lucid", "mellow", "mild", "noble", "plain", "proud", "quick",
    "quiet", "rapid", "silver", "steady", "still", "sunny", "tidy", "vivid", "warm", "wise"
  };
  private static final String[] SECOND = {
    "alder", "badger", "beech", "brook", "cedar", "crane", "dune", "eagle", "elm", "falcon", "fern",
    "finch", "fox", "glade", "hare", "heron", "lark", "linden", "lynx", "maple", "marten", "meadow",
    "otter", "owl", "pine", "raven", "ridge", "robin", "rowan", "swift", "tern", "willow"
  };
  private static final int NUMBERS = 1_000;

  private RunNames() {}

  /// The same for the same id.
  static String of(UUID id) {
    long bits = id.getLeastSignificantBits();
    return FIRST[(int) (bits & 31)]
        + "-"
        + SECOND[(int) ((bits >>> 5) & 31)]
        + "-"
        + (bits >>> 10) % NUMBERS;
  }
}
