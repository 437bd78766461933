package dev.gnomon.cli;

/// Who runs a command, for the ledger: the account of the operating system.
final class Person {
  private Person() {}

  static String name() {
    String name = System.getProperty("user.name", "");
    return name.isBlank() || name.equals("?") ? "somebody" : name;
  }
}
