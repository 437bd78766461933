package dev.gnomon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The committed table of who may call what: one line for each route and gRPC method, one column
/// for each caller. A cell is `in`, or how the caller is refused.
record AccessMatrix(List<String> callers, Map<String, List<String>> rows) {
  static AccessMatrix read() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(AccessMatrix.class.getResourceAsStream("access-matrix.txt"))) {
      List<String> callers = List.of();
      Map<String, List<String>> rows = new LinkedHashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        List<String> cells = new ArrayList<>(List.of(line.strip().split("\\s+", -1)));
        if (callers.isEmpty()) {
          callers = List.copyOf(cells.subList(2, cells.size()));
        } else {
          String what = cells.get(0) + " " + cells.get(1);
          if (rows.put(what, List.copyOf(cells.subList(2, cells.size()))) != null) {
            throw new IllegalStateException("two lines for " + what);
          }
        }
      }
      return new AccessMatrix(callers, rows);
    }
  }
}
