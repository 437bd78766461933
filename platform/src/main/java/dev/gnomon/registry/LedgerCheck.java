package dev.gnomon.registry;

import java.util.Optional;

/// What reading the whole ledger found.
///
/// @param entries how many were read
/// @param head hash of the last one; 64 zeros if there is none
/// @param bad the first place where the chain does not hold, or where what is registered is not
///   what the ledger says, or where what was kept beside it knows better
public record LedgerCheck(long entries, String head, Optional<Bad> bad) {
  /// @param entry the number of the first entry that is not as it was written
  public record Bad(long entry, String problem) {}

  public boolean intact() {
    return bad.isEmpty();
  }

  /// In words.
  public Optional<String> problem() {
    return bad.map(Bad::problem);
  }
}
