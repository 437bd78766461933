package dev.gnomon.server.pages;

import java.util.List;
import java.util.Optional;

/// Where the pages get what they show. Called on threads that may wait.
public interface PagesSource {
  /// All use cases, in any order.
  List<UseCaseView> useCases();

  /// @param name from the address: anything a client may send
  Optional<UseCaseView> useCase(String name);

  /// The evaluation report of a version, as HTML in UTF-8.
  Optional<byte[]> report(String name, int version);

  /// All feature views of all use cases, in any order; a shared one once.
  List<FeatureViewLine> features();

  /// @param name from the address: anything a client may send
  /// @param version the beginning of the version meant, where the name has several
  Optional<FeatureViewDetail> feature(String name, Optional<String> version);
}
