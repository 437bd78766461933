package dev.gnomon.scoring;

import dev.gnomon.core.BadInput;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where rows come from, or go to.
public sealed interface Place {
  /// As it may be shown to anybody.
  String shown();

  /// CSV or Parquet.
  record OfFile(Path path) implements Place {
    @Override
    public String shown() {
      return path.toString();
    }
  }

  /// A table of a database, or what a statement gives.
  ///
  /// @param address as its driver takes it
  record OfDatabase(String address, String select) implements Place {
    @Override
    public String shown() {
      String bare =
          address.replaceAll("(?i)(password=)[^&;]*", "$1…").replaceAll("://[^/@]*@", "://…@");
      return bare + ", " + (select.length() > 60 ? select.substring(0, 60) + "…" : select);
    }
  }

  /// Reads what somebody wrote: a path, or `jdbc:…` with `table=` or `query=` among its parameters.
  ///
  /// @param option for messages
  /// @param select the table or statement if it is said beside the address
  /// @throws BadInput when a database is named without a table, or with two
  static Place of(String option, String text, Optional<String> select) {
    if (!text.startsWith("jdbc:")) {
      if (select.isPresent()) {
        throw new BadInput(option, "'%s' has no tables".formatted(text), "jdbc:…");
      }
      return new OfFile(Path.of(text));
    }
    int mark = text.indexOf('?');
    List<String> kept = new ArrayList<>();
    List<String> stated = new ArrayList<>(select.stream().toList());
    if (mark >= 0) {
      for (String parameter : text.substring(mark + 1).split("&", -1)) {
        if (parameter.startsWith("table=") || parameter.startsWith("query=")) {
          stated.add(
              URLDecoder.decode(
                  parameter.substring(parameter.indexOf('=') + 1), StandardCharsets.UTF_8));
        } else if (!parameter.isEmpty()) {
          kept.add(parameter);
        }
      }
    }
    if (stated.size() != 1 || stated.getFirst().isBlank()) {
      throw new BadInput(
          option,
          stated.size() > 1 ? "more than one table or query is named" : "it names no table",
          "jdbc:…?table=NAME");
    }
    String bare = mark < 0 ? text : text.substring(0, mark);
    return new OfDatabase(
        kept.isEmpty() ? bare : bare + "?" + String.join("&", kept), stated.getFirst());
  }
}
