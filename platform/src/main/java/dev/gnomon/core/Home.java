package dev.gnomon.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The directory that holds all state of an installation: `.gnomon/` beside the use-case file
/// unless told otherwise.
///
/// ```
/// bundles/<sha256>/            content-addressed bundles
/// logs/usecases/<name>/decisions/   segmented logs
/// logs/usecases/<name>/outcomes/
/// logs/sources/<name>/events/
/// online/                      snapshots of online features, and the name of this node
/// registry.db                  versions, aliases, ledger
/// tracking.db                  studies, runs, models that clients registered
/// ledger.head                  number and hash of the ledger's last entry
/// quarantine/                  rows set aside by checks
/// verification/                what the last comparisons of served features found
/// reports/                     evaluation and drift reports
/// searches/<name>/             finished trials of searches for settings
/// tokens.json                  who may call the server; hashes only, for the owner's eyes
/// links.key                    signs addresses of artifacts; for the owner's eyes
/// audit.jsonl                  who changed what on the control surfaces
/// audit-refused.jsonl          what was refused or failed there
/// audit.state                  how the writing of both goes
/// artifacts/                   files of runs and models, by content
/// erasures/                    which keys were erased, as hashes with a key of their own
/// lineage/                     run events, one file per day
/// lock                         held by the one server that uses the home
/// ```
///
/// Use cases and sources lie apart, because one of each may have the same name. Only names are made
/// here, no directories.
public record Home(Path root) {
  private static final Pattern USE_CASE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern SOURCE = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  public Home {
    root = root.toAbsolutePath().normalize();
  }

  public Path bundles() {
    return root.resolve("bundles");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path decisions(String useCase) {
    return useCase(useCase).resolve("decisions");
  }

  public Path outcomes(String useCase) {
    return useCase(useCase).resolve("outcomes");
  }

  public Path events(String source) {
    require(SOURCE, "source", source, "lower-case letters, digits and underscores");
    return logs().resolve("sources").resolve(source).resolve("events");
  }

  /// What nodes remember of their online stores.
  public Path online() {
    return root.resolve("online");
  }

  /// Apart from the registry: many metrics must not hold up control changes.
  public Path tracking() {
    return root.resolve("tracking.db");
  }

  public Path registry() {
    return root.resolve("registry.db");
  }

  /// The number and hash of the ledger's last entry.
  public Path ledgerHead() {
    return root.resolve("ledger.head");
  }

  /// Who may call the server.
  public Path tokens() {
    return root.resolve("tokens.json");
  }

  /// Signs addresses of artifacts.
  public Path linkKey() {
    return root.resolve("links.key");
  }

  /// Who changed what on the control surfaces.
  public Path audit() {
    return root.resolve("audit.jsonl");
  }

  public Path quarantine() {
    return root.resolve("quarantine");
  }

  /// Posted rows of a source that a check set aside.
  public Path quarantine(String source) {
    require(SOURCE, "source", source, "lower-case letters, digits and underscores");
    return quarantine().resolve(source + ".ndjson");
  }

  /// Files of runs and models, unless they are kept elsewhere.
  public Path artifacts() {
    return root.resolve("artifacts");
  }

  /// Which keys were erased, and an erasure that is not finished.
  public Path erasures() {
    return root.resolve("erasures");
  }

  public Path lineage() {
    return root.resolve("lineage");
  }

  public Path reports() {
    return root.resolve("reports");
  }

  /// The trials of a use case's searches.
  public Path searches(String useCase) {
    require(USE_CASE, "use case", useCase, "lower-case letters, digits and dashes");
    return root.resolve("searches").resolve(useCase);
  }

  /// Holds the home for this process, until closed or until the process ends.
  ///
  /// @throws Refusal if another process holds it, naming that process
  public DirectoryLock lock() throws IOException {
    return DirectoryLock.take(root);
  }

  private Path useCase(String name) {
    require(USE_CASE, "use case", name, "lower-case letters, digits and dashes");
    return logs().resolve("usecases").resolve(name);
  }

  /// These names come from requests too: none may lead out of the home.
  private static void require(Pattern pattern, String what, String name, String valid) {
    if (!pattern.matcher(name).matches()) {
      throw new BadInput(
          what + " name",
          "'%s'".formatted(name.length() > 80 ? name.substring(0, 80) + "…" : name),
          "a letter, then up to 62 " + valid);
    }
  }
}
