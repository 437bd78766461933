package dev.gnomon.solutions.churn;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The history as files: what the warehouse had at [ChurnScenario#CUT], beside the use-case file
/// that reads it.
public final class ChurnFiles {
  private static final String USE_CASE = "usecase.yaml";

  private final ChurnEvents events;

  public ChurnFiles(ChurnEvents events) {
    this.events = events;
  }

  /// Writes `usecase.yaml` and `data/` into a directory, which is made if needed; files of the same
  /// name are replaced. Sessions are split by month, the other sources are one file each.
  public void write(Path directory) throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path months = Files.createDirectories(data.resolve("logins"));
    writeUseCase(directory.resolve(USE_CASE));
    write(data.resolve("customers.csv"), ChurnTable.CUSTOMERS, CustomerLife::changes);
    write(data.resolve("payments.csv"), ChurnTable.PAYMENTS, CustomerLife::payments);
    write(data.resolve("tickets.csv"), ChurnTable.TICKETS, CustomerLife::tickets);
    write(data.resolve("cancellations.csv"), ChurnTable.CANCELLATIONS, CustomerLife::cancellations);
    writeLogins(months);
  }

  /// The use-case file of this solution, as text.
  public static String useCase() {
    try (InputStream in = ChurnFiles.class.getResourceAsStream(USE_CASE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks dev/gnomon/solutions/churn/" + USE_CASE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void writeUseCase(Path file) throws IOException {
    Files.writeString(file, useCase());
  }

  private <R extends ChurnRow> void write(
      Path file, ChurnTable<R> table, Function<CustomerLife, List<R>> rows) throws IOException {
    StringBuilder line = new StringBuilder(256);
    try (BufferedWriter out = open(file, table)) {
      for (CustomerLife life : events.lives()) {
        for (R row : rows.apply(life)) {
          if (row.knownAt() < ChurnScenario.CUT) {
            append(out, table, row, line);
          }
        }
      }
    }
  }

  private void writeLogins(Path directory) throws IOException {
    List<BufferedWriter> months = new ArrayList<>();
    try {
      StringBuilder line = new StringBuilder(256);
      for (CustomerLife life : events.lives()) {
        for (ChurnRow.Login login : life.logins()) {
          if (login.knownAt() >= ChurnScenario.CUT) {
            continue;
          }
          int month = month(login.at());
          while (months.size() <= month) {
            String name =
                "%d-%02d.csv".formatted(2024 + months.size() / 12, months.size() % 12 + 1);
            months.add(open(directory.resolve(name), ChurnTable.LOGINS));
          }
          append(months.get(month), ChurnTable.LOGINS, login, line);
          if (login.repeated()) {
            append(months.get(month), ChurnTable.LOGINS, login, line);
          }
        }
      }
    } finally {
      for (BufferedWriter out : months) {
        out.close();
      }
    }
  }

  /// Counted from January 2024.
  private static int month(long at) {
    String text = String.valueOf(ChurnTable.iso(at));
    return (Integer.parseInt(text, 0, 4, 10) - 2024) * 12 + Integer.parseInt(text, 5, 7, 10) - 1;
  }

  private static BufferedWriter open(Path file, ChurnTable<?> table) throws IOException {
    BufferedWriter out = Files.newBufferedWriter(file);
    out.write(String.join(",", table.columns()));
    out.write('\n');
    return out;
  }

  private static <R extends ChurnRow> void append(
      BufferedWriter out, ChurnTable<R> table, R row, StringBuilder line) throws IOException {
    line.setLength(0);
    table.csv(row, line);
    line.append('\n');
    out.append(line);
  }
}
