package dev.gnomon.cli;

/// What a command tells the shell. Commands return [#DONE] or throw; [Failures] chooses the rest.
final class ExitCode {
  /// Done.
  static final int DONE = 0;

  /// A gate, a check or a leak rule said no ([dev.gnomon.core.Refusal]).
  static final int REFUSED = 1;

  /// The command line, the file or the data can't be used ([dev.gnomon.core.BadInput]).
  static final int BAD_INPUT = 2;

  /// Anything else; the details are in a file that the message names.
  static final int FAILED = 3;

  private ExitCode() {}
}
