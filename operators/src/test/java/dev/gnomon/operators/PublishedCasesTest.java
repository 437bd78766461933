package dev.gnomon.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.expression.Expression;
import dev.gnomon.operators.EventProgram.Definition;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Expected values that other feature platforms publish: tests of Feast 0.66 (F), Chronon 0.0.114
/// (C) and OpenMLDB (O), restated as events with both time axes. Every value is asked of the
/// back-fill, of the online state, and of the online state after compaction.
///
/// Where the others see an event at the very moment of the question (`event time <= t`), the
/// question is put one microsecond later: that is the whole difference of an inclusive rule.
class PublishedCasesTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("value", Type.NUMBER),
          new Field("sign", Type.NUMBER),
          new Field("name", Type.TEXT));
  private static final long INCLUSIVE = 1;

  private record Event(long at, long known, double value, double sign, @Nullable String name) {}

  private static long at(String text) {
    String iso = text.length() == 10 ? text + "T00:00" : text.replace(' ', 'T');
    return Times.micros(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
  }

  private static Event event(String at, String known, double value) {
    return new Event(at(at), at(known), value, 1, null);
  }

  private static Event event(String at, double value) {
    return event(at, at, value);
  }

  /// Takes a value back that was stated for `at`, from `known` on.
  private static Event takenBack(String at, String known, double value) {
    return new Event(at(at), at(known), -value, -1, null);
  }

  private static Definition newest(long ttl) {
    return new Definition(
        Operator.LAST, 0, Optional.empty(), Optional.empty(), ttl, EventProgram.NONE, 0, 0, 0);
  }

  private static Definition over(Operator operator, Window window) {
    return Definition.of(operator, 0, Optional.empty(), Optional.of(window));
  }

  /// The mean of a column whose corrections come as pairs of a value taken back and a new one.
  private static Definition correctedMean(Window window) {
    return new Definition(
        Operator.RATIO,
        0,
        Optional.empty(),
        Optional.of(window),
        EventProgram.FOR_EVER,
        1,
        0,
        0,
        0);
  }

  // F1: the newest value no older than ten days, as of four moments.

  private static final List<List<Event>> ENTITIES =
      List.of(
          List.of(event("2023-12-31", 11), event("2024-01-02", 22), event("2024-01-03", 33)),
          List.of(event("2023-01-03", 22)),
          List.of(event("2024-01-01", "2024-01-03", 10), event("2024-01-01", "2024-01-01", 20)));

  private static double[] asOf(long shift) {
    Definition last = newest(10 * Times.DAY);
    return new double[] {
      number(ENTITIES.get(0), last, at("2024-01-01") + shift),
      number(ENTITIES.get(0), last, at("2024-01-02") + shift),
      number(ENTITIES.get(1), last, at("2024-01-01") + shift),
      number(ENTITIES.get(2), last, at("2024-01-03") + shift)
    };
  }

  @Test
  void feastsTimeToLiveUnderItsInclusiveRule() {
    assertThat(asOf(INCLUSIVE)).containsExactly(11, 22, Double.NaN, 10);
  }

  /// What happened at the moment of the decision is not seen by it: 11 and not 22 for the second.
  @Test
  void feastsTimeToLiveUnderOurs() {
    assertThat(asOf(0)).containsExactly(11, 11, Double.NaN, 10);
  }

  // F2: what was created last wins among rows of one event time, not among different ones.

  @Test
  void feastsBackfilledRows() {
    long later = at("2024-05-03");
    List<Event> oneTime =
        List.of(
            event("2024-05-01 12:00", "2024-05-01 12:00", 10),
            event("2024-05-01 12:00", "2024-05-02 12:00", 20));
    assertThat(number(oneTime, newest(EventProgram.FOR_EVER), later)).isEqualTo(20);
    List<Event> twoTimes =
        List.of(
            event("2024-05-01 12:00", "2024-05-02 12:00", 30),
            event("2024-05-02 12:00", "2024-05-01 12:00", 40));
    assertThat(number(twoTimes, newest(EventProgram.FOR_EVER), later)).isEqualTo(40);
  }

  // F3: a row created after the question is not seen by it (an option with Feast, the rule here).

  @Test
  void feastsCreatedTimestampFilter() {
    List<Event> rows =
        List.of(
            event("2024-01-01 10:00", "2024-01-01 12:00", 0.4),
            event("2024-01-01 10:00", "2024-01-03", 0.6));
    Definition last = newest(EventProgram.FOR_EVER);
    assertThat(number(rows, last, at("2024-01-02"))).isEqualTo(0.4);
    assertThat(number(rows, last, at("2024-01-03"))).isEqualTo(0.6);
    List<Event> onlyFuture = List.of(event("2024-01-01 10:00", "2024-01-03", 0.6));
    assertThat(number(onlyFuture, last, at("2024-01-02"))).isNaN();
  }

  // F5: rows that share key and timestamp all count.

  @Test
  void rowsOfOneMomentAllSurvive() {
    List<Event> rows =
        List.of(event("2024-01-01", 1), event("2024-01-01", 1), event("2024-01-01", 2));
    assertThat(number(rows, over(Operator.COUNT, Window.EVER), at("2024-01-02"))).isEqualTo(3);
    assertThat(number(rows, over(Operator.SUM, Window.EVER), at("2024-01-02"))).isEqualTo(4);
  }

  // F6: pushes out of order leave the newest event's value.

  @Test
  void pushesOutOfOrderLeaveTheNewest() {
    List<Event> pushed =
        List.of(
            event("2024-01-03", "2024-01-04 10:00", 30),
            event("2024-01-02", "2024-01-04 11:00", 20),
            event("2024-01-01", "2024-01-04 12:00", 10));
    assertThat(number(pushed, newest(EventProgram.FOR_EVER), at("2024-01-05"))).isEqualTo(30);
  }

  // C1 to C3: an average over rows that are inserted and corrected; a correction takes the value
  // back and states another for the same event time, known at the moment of the change.

  private static final List<Event> LISTING_1 =
      List.of(
          event("2021-04-04 00:30", 4),
          event("2021-04-04 12:30", 5),
          event("2021-04-05 00:30", 4),
          event("2021-04-05 02:30", 5));

  @Test
  void chrononsInserts() {
    List<Event> one = new ArrayList<>(LISTING_1);
    one.add(event("2021-04-10 02:00", 2));
    List<Event> two =
        List.of(
            event("2021-04-04 01:40", 3),
            event("2021-04-05 03:40", 3),
            event("2021-04-10 10:00", "2021-04-10 02:10", 3));
    Definition mean = over(Operator.MEAN, Window.EVER);
    assertThat(number(one, mean, at("2021-04-10 01:00"))).isEqualTo(4.5);
    assertThat(number(one, mean, at("2021-04-10 02:30"))).isEqualTo(4.0);
    assertThat(number(two, mean, at("2021-04-10 23:00"))).isEqualTo(3.0);
  }

  @Test
  void chrononsUpdateOfAValue() {
    List<Event> one = new ArrayList<>(LISTING_1);
    one.add(takenBack("2021-04-05 00:30", "2021-04-10 02:00", 4));
    one.add(event("2021-04-05 00:30", "2021-04-10 02:00", 2));
    assertThat(number(one, correctedMean(Window.EVER), at("2021-04-10 01:00"))).isEqualTo(4.5);
    assertThat(number(one, correctedMean(Window.EVER), at("2021-04-10 02:30"))).isEqualTo(4.0);
  }

  @Test
  void chrononsQuestionsOutOfOrderOfTheirDays() {
    List<Event> one =
        List.of(
            event("2021-04-04 00:30", 4),
            event("2021-04-04 12:30", 4),
            event("2021-04-05 00:30", 4),
            event("2021-04-05 02:30", 5),
            event("2021-04-10 00:30", 5));
    List<Event> two =
        List.of(
            event("2021-04-04 01:40", 3),
            event("2021-04-05 03:40", 3),
            event("2021-04-06 03:45", 3),
            event("2021-04-09 05:45", 4),
            takenBack("2021-04-09 05:45", "2021-04-09 07:00", 4),
            event("2021-04-09 05:45", "2021-04-09 07:00", 5),
            event("2021-04-10 10:00", 3));
    Definition mean = correctedMean(Window.EVER);
    assertThat(number(one, mean, at("2021-04-10 01:00"))).isEqualTo(4.4);
    assertThat(number(two, mean, at("2021-04-09 04:30"))).isEqualTo(3.0);
    assertThat(number(two, mean, at("2021-04-09 06:30"))).isEqualTo(3.25);
    assertThat(number(two, mean, at("2021-04-09 08:30"))).isEqualTo(3.5);
    assertThat(number(two, mean, at("2021-04-10 23:00"))).isEqualTo(3.4);
  }

  @Test
  void chrononsFourDayWindow() {
    List<Event> rows =
        List.of(
            event("2021-04-04 01:40", 3),
            event("2021-04-05 03:40", 3),
            event("2021-04-06 03:45", 4),
            event("2021-04-09 05:45", 2),
            takenBack("2021-04-09 05:45", "2021-04-09 07:00", 2),
            event("2021-04-09 05:45", "2021-04-09 07:00", 5),
            event("2021-04-10 10:00", 4));
    Definition mean = correctedMean(Window.exact(4 * Times.DAY));
    String[] times = {
      "2021-04-09 01:30",
      "2021-04-09 04:30",
      "2021-04-09 06:30",
      "2021-04-09 08:30",
      "2021-04-10 09:00",
      "2021-04-10 23:00"
    };
    double[] expected = {3.5, 4.0, 3.0, 4.5, 5.0, 4.5};
    for (int i = 0; i < times.length; i++) {
      assertThat(number(rows, mean, at(times[i]))).as(times[i]).isEqualTo(expected[i]);
    }
  }

  // C4: asking again changes nothing.

  @Test
  void tenQuestionsAreOneAnswer() {
    long end = 1_746_921_600_000_000L;
    List<Event> rows =
        List.of(
            new Event(end - Times.DAY, end - Times.DAY, 1, 1, null),
            new Event(end - 2 * Times.DAY, end - 2 * Times.DAY, 1, 1, null));
    for (int i = 0; i < 10; i++) {
      Definition count = over(Operator.COUNT, Window.hopping(3 * Times.DAY, Times.DAY));
      assertThat(number(rows, count, end)).isEqualTo(2);
    }
  }

  // C8: the variance is that of the population; a million values around 100,000 lose nothing.

  @Test
  void varianceOfNarrowValuesFarFromZero() {
    Random random = new Random(7);
    EventProgram program = program(over(Operator.VARIANCE, Window.EVER));
    KeyReader reader = new KeyReader(program);
    KeyState state = new KeyState(program);
    KeyEvent event = new KeyEvent(program);
    double[] values = new double[1_000_000];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = 100_000 + random.nextDouble();
      sum += values[i] - 100_000;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double off = values[i] - 100_000 - mean;
      squares += off * off;
      event.begin(i, i);
      event.number(0, values[i]);
      state.add(event, reader, i);
    }
    double[] found = new double[1];
    reader.read(state, values.length, sink(found));
    double expected = squares / values.length;
    assertThat(found[0]).isCloseTo(expected, within(expected * 1e-7));
    assertThat(state.bytes()).isLessThan(100_000);
  }

  @Test
  void skewNeedsThreeDifferentValues() {
    List<Event> two = List.of(event("2024-01-01", 1), event("2024-01-02", 2));
    List<Event> equal =
        List.of(event("2024-01-01", 5), event("2024-01-02", 5), event("2024-01-03", 5));
    Definition skew = over(Operator.SKEW, Window.EVER);
    assertThat(number(two, skew, at("2024-02-01"))).isNaN();
    assertThat(number(equal, skew, at("2024-02-01"))).isNaN();
    assertThat(number(equal, over(Operator.VARIANCE, Window.EVER), at("2024-02-01"))).isZero();
  }

  // O1, O2: windows over the union of two tables, rows one second apart.

  private static Event second(int second, double value) {
    return new Event(second * Times.SECOND, second * Times.SECOND, value, 1, null);
  }

  @Test
  void openMldbsUnions() {
    List<Event> key20 = List.of(second(90, 30), second(93, 33), second(91, 31), second(92, 32));
    Definition two = over(Operator.SUM, Window.exact(2 * Times.SECOND + INCLUSIVE));
    assertThat(number(key20, two, 90 * Times.SECOND + INCLUSIVE)).isEqualTo(30);
    assertThat(number(key20, two, 93 * Times.SECOND + INCLUSIVE)).isEqualTo(96);
    assertThat(number(List.of(second(94, 34)), two, 94 * Times.SECOND + INCLUSIVE)).isEqualTo(34);
    List<Event> more =
        List.of(second(90, 30), second(93, 33), second(94, 33), second(92, 32), second(91, 31));
    Definition three = over(Operator.SUM, Window.exact(3 * Times.SECOND + INCLUSIVE));
    assertThat(number(more, three, 93 * Times.SECOND + INCLUSIVE)).isEqualTo(126);
    assertThat(number(more, three, 94 * Times.SECOND + INCLUSIVE)).isEqualTo(129);
  }

  /// The current row is not in the window (their EXCLUDE CURRENT_ROW, our rule), nor are the other
  /// rows of the asking table: 63, 32, nothing; a batch engine of theirs once gave 63, 63.
  @Test
  void openMldbsExcludedCurrentRow() {
    List<Event> key20 = List.of(second(91, 31), second(92, 32));
    Definition sum = over(Operator.SUM, Window.exact(2 * Times.SECOND));
    Definition mean = over(Operator.MEAN, Window.exact(2 * Times.SECOND));
    assertThat(number(key20, sum, 93 * Times.SECOND)).isEqualTo(63);
    assertThat(number(key20, sum, 94 * Times.SECOND)).isEqualTo(32);
    assertThat(number(List.of(), sum, 95 * Times.SECOND)).isZero();
    assertThat(number(List.of(), mean, 95 * Times.SECOND)).isNaN();
  }

  /// O1 case 13: the asking row itself counts, as a value of the request.
  @Test
  void openMldbsInstanceOutsideOfTheWindow() {
    List<Event> key20 = List.of(second(91, 31), second(92, 32));
    Definition sum = over(Operator.SUM, Window.exact(3 * Times.SECOND));
    assertThat(30 + number(key20, sum, 93 * Times.SECOND)).isEqualTo(93);
    assertThat(33 + number(key20, sum, 94 * Times.SECOND)).isEqualTo(96);
    assertThat(34 + number(List.of(), sum, 95 * Times.SECOND)).isEqualTo(34);
  }

  // D1: ties are broken by the row, so that a hundred runs are one.

  @Test
  void tiesAreOneAnswer() {
    Random random = new Random(3);
    List<Event> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long time = i / 20 * Times.HOUR;
      rows.add(new Event(time, time, random.nextInt(5), 1, "n" + random.nextInt(5)));
    }
    Definition last = newest(EventProgram.FOR_EVER);
    double first = number(rows, last, Times.DAY);
    for (int run = 0; run < 100; run++) {
      Collections.shuffle(rows, random);
      assertThat(number(rows, last, Times.DAY)).isEqualTo(first);
    }
  }

  private static EventProgram program(Definition definition) {
    return EventProgram.builder(SCHEMA).add(0, definition).build();
  }

  private static FeatureSink sink(double[] found) {
    return new FeatureSink() {
      @Override
      public void number(int column, double value) {
        found[0] = value;
      }

      @Override
      public void text(int column, @Nullable String value) {
        throw new AssertionError("a text");
      }
    };
  }

  /// The value in every driver, which must be one.
  private static double number(List<Event> rows, Definition definition, long t) {
    EventProgram program = program(definition);
    double swept = sweep(program, rows, t);
    double online = online(program, rows, t, false);
    double compacted = online(program, rows, t, true);
    assertThat(online).isEqualTo((Double) swept);
    assertThat(compacted).isEqualTo((Double) swept);
    return swept;
  }

  private static double sweep(EventProgram program, List<Event> rows, long t) {
    List<Event> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.comparingLong(Event::at)
            .thenComparingLong(Event::known)
            .thenComparing(PublishedCasesTest::tie, CanonicalOrder::compare));
    EventColumns columns = new EventColumns(program, 0, new TextCodes[program.values().size()]);
    KeyEvent event = new KeyEvent(program);
    for (Event one : sorted) {
      fill(event, one);
      int at = columns.append(event.time, event.active());
      for (int v = 0; v < event.numbers.length; v++) {
        columns.number(v, at, event.numbers[v]);
      }
    }
    double[][] numbers = new double[1][1];
    new EventSweep(program)
        .run(columns, 0, columns.size(), new long[] {t}, 1, numbers, new String[1][1], 0);
    return numbers[0][0];
  }

  private static double online(EventProgram program, List<Event> rows, long t, boolean compacts) {
    KeyReader reader = new KeyReader(program);
    KeyState state = new KeyState(program, 1);
    KeyEvent event = new KeyEvent(program);
    for (Event one : rows) {
      fill(event, one);
      state.add(event, reader, Long.MIN_VALUE);
    }
    if (compacts) {
      state.compact(reader, t);
    }
    double[] found = new double[1];
    reader.read(state, t, sink(found));
    return found[0];
  }

  private static String tie(Event one) {
    StringBuilder text = new StringBuilder();
    CanonicalOrder.append(text, one.value());
    CanonicalOrder.append(text, one.sign());
    CanonicalOrder.append(text, one.name());
    return text.toString();
  }

  private static void fill(KeyEvent event, Event one) {
    event.begin(one.at(), one.known());
    EventProgram program = event.program();
    Row row = row(one);
    for (int f = 0; f < program.filters().size(); f++) {
      if (program.filters().get(f).bind(SCHEMA, Expression.Kind.TRUTH).holds(row)) {
        event.passes(f);
      }
    }
    for (int v = 0; v < program.values().size(); v++) {
      event.number(v, row.number(program.values().get(v).column()));
    }
    event.tie(tie(one));
  }

  private static Row row(Event one) {
    return new Row() {
      @Override
      public double number(int column) {
        return column == 0 ? one.value() : one.sign();
      }

      @Override
      public @Nullable String text(int column) {
        return one.name();
      }

      @Override
      public long time(int column) {
        return Times.MISSING;
      }
    };
  }
}
