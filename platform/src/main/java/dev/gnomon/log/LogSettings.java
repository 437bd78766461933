package dev.gnomon.log;

import java.time.Duration;

/// Size and rhythm of a log.
///
/// @param segmentBytes size of one preallocated file, 4 KiB to 1 GiB; two of them are on disk at
///   any time. A larger one rolls less often, a smaller one wastes less in an idle log
/// @param forceEvery how long an appended record may stay unforced: what a power loss (never a
///   kill) may cost; positive
/// @param patience how long an append waits for a further segment where the disk is slow, before it
///   is refused; positive
public record LogSettings(int segmentBytes, Duration forceEvery, Duration patience) {
  public static final LogSettings DEFAULT = new LogSettings(32 << 20, Duration.ofMillis(5));

  /// With a patience of one second.
  public LogSettings(int segmentBytes, Duration forceEvery) {
    this(segmentBytes, forceEvery, Duration.ofSeconds(1));
  }

  /// No record body is longer, whatever the segment: 1 MiB.
  public static final int MAX_BODY_BYTES = 1 << 20;

  public LogSettings {
    if (segmentBytes < 4096 || segmentBytes > 1 << 30 || segmentBytes % 4096 != 0) {
      throw new IllegalArgumentException(
          "a segment of %d bytes; valid are multiples of 4096 from 4096 to %d"
              .formatted(segmentBytes, 1 << 30));
    }
    if (forceEvery.isNegative() || forceEvery.isZero()) {
      throw new IllegalArgumentException("force every " + forceEvery + "; it must be positive");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("a patience of " + patience + "; it must be positive");
    }
  }

  public LogSettings withSegmentBytes(int bytes) {
    return new LogSettings(bytes, forceEvery, patience);
  }

  public LogSettings withPatience(Duration longest) {
    return new LogSettings(segmentBytes, forceEvery, longest);
  }

  /// The longest body this log takes: a quarter of a segment, at most [#MAX_BODY_BYTES].
  public int maxBodyBytes() {
    return Math.min(MAX_BODY_BYTES, segmentBytes / 4);
  }
}
