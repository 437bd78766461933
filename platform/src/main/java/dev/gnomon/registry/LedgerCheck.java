package dev.gnomon.registry;

import java.util.Optional;

/// What reading the whole ledger found.
///
/// @param entries how many were read
/// @param head hash of the last one; 64 zeros if there is none
/// @param problem the first place where the chain does not hold, or where what is registered is not
///   what the ledger says
public record LedgerCheck(long entries, String head, Optional<String> problem) {
  public boolean intact() {
    return problem.isEmpty();
  }
}
