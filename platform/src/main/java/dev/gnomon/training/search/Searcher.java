package dev.gnomon.training.search;

import java.util.Optional;

/// Chooses what to try next from what was tried.
///
/// A searcher's answers follow from its seed and the sequence of calls alone: asking and telling
/// again in the same order gives the same proposals, which is how a search goes on after a kill.
/// Not safe for use by several threads.
public interface Searcher {
  /// The next settings to try. Several may be asked for before any is told; those pending are taken
  /// into account.
  ///
  /// @return empty when nothing can be proposed before pending trials are told; with none pending,
  ///   the search is over
  Optional<Proposal> ask();

  /// What came of a trial. Trials that were never asked for (settings as stated, or of an earlier
  /// search) may be told too, if they are points of the space.
  void tell(Trial trial);
}
