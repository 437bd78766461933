package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One source: its columns, and how a raw record fills them. A value is a `String`, a `Double`, or
/// null when missing; times are ISO 8601 in UTC.
///
/// @param name as in the use-case file
record ChurnTable<R extends ChurnRow>(
    String name, List<String> columns, Function<R, @Nullable Object[]> values) {

  static final ChurnTable<ChurnRow.CustomerChange> CUSTOMERS =
      new ChurnTable<>(
          "customers",
          List.of(
              "change_id",
              "customer_id",
              "updated_at",
              "loaded_at",
              "signup_at",
              "renewal_at",
              "price_increased_at",
              "country",
              "age",
              "gender",
              "plan",
              "term_months",
              "price",
              "clv",
              "satisfaction"),
          row ->
              new @Nullable Object[] {
                row.id(),
                row.customer(),
                iso(row.at()),
                iso(row.knownAt()),
                iso(row.signupAt()),
                iso(row.renewalAt()),
                iso(row.priceIncreasedAt()),
                row.country(),
                number(row.age()),
                row.gender(),
                row.plan(),
                number(row.termMonths()),
                number(row.price()),
                number(row.clv()),
                number(row.satisfaction())
              });

  static final ChurnTable<ChurnRow.Login> LOGINS =
      new ChurnTable<>(
          "logins",
          List.of("event_id", "customer_id", "at", "loaded_at", "device", "minutes"),
          row ->
              new @Nullable Object[] {
                row.id(),
                row.customer(),
                iso(row.at()),
                iso(row.knownAt()),
                row.device(),
                number(row.minutes())
              });

  static final ChurnTable<ChurnRow.Payment> PAYMENTS =
      new ChurnTable<>(
          "payments",
          List.of("event_id", "customer_id", "at", "loaded_at", "amount", "discount", "status"),
          row ->
              new @Nullable Object[] {
                row.id(),
                row.customer(),
                iso(row.at()),
                iso(row.knownAt()),
                number(row.amount()),
                number(row.discount()),
                row.status()
              });

  static final ChurnTable<ChurnRow.Ticket> TICKETS =
      new ChurnTable<>(
          "tickets",
          List.of("event_id", "customer_id", "at", "loaded_at", "topic", "satisfaction"),
          row ->
              new @Nullable Object[] {
                row.id(),
                row.customer(),
                iso(row.at()),
                iso(row.knownAt()),
                row.topic(),
                number(row.satisfaction())
              });

  static final ChurnTable<ChurnRow.Cancellation> CANCELLATIONS =
      new ChurnTable<>(
          "cancellations",
          List.of("event_id", "customer_id", "at", "loaded_at", "reason"),
          row ->
              new @Nullable Object[] {
                row.id(), row.customer(), iso(row.at()), iso(row.knownAt()), row.reason()
              });

  private static final long FIRST_DATE = LocalDate.of(2018, 1, 1).toEpochDay();

  // Writing two million times is most of the work of writing the files: dates are made once.
  private static final String[] DATES = new String[4_000];

  static {
    Arrays.setAll(DATES, i -> LocalDate.ofEpochDay(FIRST_DATE + i) + "T");
  }

  static @Nullable String iso(long time) {
    if (time == Times.MISSING) {
      return null;
    }
    int seconds = (int) (Math.floorMod(time, Times.DAY) / Times.SECOND);
    char[] clock = {'0', '0', ':', '0', '0', ':', '0', '0', 'Z'};
    two(clock, 0, seconds / 3600);
    two(clock, 3, seconds / 60 % 60);
    two(clock, 6, seconds % 60);
    return DATES[(int) (Math.floorDiv(time, Times.DAY) - FIRST_DATE)].concat(new String(clock));
  }

  private static void two(char[] text, int at, int value) {
    text[at] = (char) ('0' + value / 10);
    text[at + 1] = (char) ('0' + value % 10);
  }

  private static @Nullable Object number(double value) {
    return Double.isNaN(value) ? null : (Object) value;
  }

  /// One line without its end. No value holds a comma, a quote or a line break.
  void csv(R row, StringBuilder out) {
    @Nullable Object[] cells = values.apply(row);
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        out.append(',');
      }
      Object cell = cells[i];
      if (cell instanceof Double number && number == Math.rint(number)) {
        out.append(number.longValue());
      } else if (cell != null) {
        out.append(cell);
      }
    }
  }

  /// Column to value, missing ones left out, in the order of the columns.
  Map<String, Object> fields(R row) {
    @Nullable Object[] cells = values.apply(row);
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i++) {
      Object cell = cells[i];
      if (cell != null) {
        fields.put(columns.get(i), cell);
      }
    }
    return fields;
  }
}
