package dev.gnomon.serving;

import java.util.List;
import java.util.Map;

/// What an erasure took away, or a trial would.
///
/// @param subject what stands for the key from now on; in a trial before the first erasure of a
///   home it is another each time
/// @param rows of the log of each source
/// @param setAside rows set aside by checks, posted ones
/// @param copies Parquet files that were written again without the records
/// @param files rows that files of sources hold of the key, by source: not ours to change, and not
///   read any more
/// @param versions trained before: not reproducible from now on
/// @param left where the operator must look
public record ErasureReport(
    String useCase,
    String subject,
    boolean dryRun,
    Map<String, Integer> rows,
    int decisions,
    int outcomes,
    int setAside,
    int copies,
    Map<String, Long> files,
    List<Touched> versions,
    List<String> left) {

  /// A version that was trained on rows of the key, or may have been.
  ///
  /// @param trainingSet its hash; empty where the bundle does not say
  public record Touched(String useCase, int version, String trainingSet) {}
}
