package dev.gnomon.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.expression.Expression;
import dev.gnomon.operators.NaiveFeatures.Event;
import dev.gnomon.operators.RandomProgram.Wanted;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Times;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every operator, over every kind of window, is the same number in the back-fill, online, after
/// compaction and after having been written and read; and it is the number of the definition.
class EveryDriverTest {
  private static final long SPAN = 4 * Times.DAY;

  @Property(tries = 150)
  void everyDriverGivesWhatTheDefinitionSays(
      @ForAll @IntRange(max = 120) int count, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Event> events = RandomEvents.of(random, count, SPAN);
    long[] times = times(random, 12, SPAN);
    check(events, times, random);
  }

  @Test
  @Tag("long")
  void tenThousandEventsAndAThousandQuestions() throws IOException {
    Random random = new Random(42);
    List<Event> events = RandomEvents.of(random, 10_000, 30 * Times.DAY);
    check(events, times(random, 1000, 30 * Times.DAY), random);
  }

  private static long[] times(Random random, int count, long span) {
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = RandomEvents.START + random.nextLong(span / Times.MINUTE) * Times.MINUTE;
      times[i] += random.nextInt(4) == 0 ? random.nextInt(1_000_000) : 0;
    }
    Arrays.sort(times);
    return times;
  }

  private static void check(List<Event> events, long[] times, Random random) throws IOException {
    Sunk[] swept = sweep(events, times);
    Sunk[] online = online(events, times, random, false);
    Sunk[] compacted = online(events, times, random, true);
    NaiveFeatures oracle = new NaiveFeatures(events);
    for (int k = 0; k < times.length; k++) {
      Map<Integer, @Nullable Object> naive = oracle.row(times[k]);
      for (int c = 0; c < RandomProgram.WANTED.size(); c++) {
        Wanted wanted = RandomProgram.WANTED.get(c);
        boolean sketched = amounts(events, times[k]) > QuantileSketch.K;
        Object expected = naive.get(c);
        Object value = swept[k].value(c);
        if (wanted.definition().operator().exact() || !sketched) {
          assertSame(wanted, times[k], "by definition", value, expected, wanted.tolerance());
        } else if (wanted.definition().operator() == Operator.QUANTILE) {
          assertRank(oracle, wanted, times[k], value);
        }
        assertSame(wanted, times[k], "online", online[k].value(c), value, 0);
        if (wanted.definition().operator().exact()) {
          assertSame(wanted, times[k], "compacted", compacted[k].value(c), value, 0);
        } else if (wanted.definition().operator() == Operator.QUANTILE) {
          assertRank(oracle, wanted, times[k], compacted[k].value(c));
        } else {
          // Fewer values than a tile keeps.
          assertSame(wanted, times[k], "compacted", compacted[k].value(c), value, 0);
        }
      }
    }
  }

  private static long amounts(List<Event> events, long t) {
    return events.stream().filter(e -> e.amount() != null && e.at() < t && e.known() <= t).count();
  }

  /// A sketch keeps its stated rank error.
  private static void assertRank(
      NaiveFeatures oracle, Wanted wanted, long t, @Nullable Object value) {
    Window window = wanted.definition().window().orElseThrow();
    List<Double> sorted =
        NaiveFeatures.amounts(oracle.window(t, window, false)).stream().sorted().toList();
    if (sorted.isEmpty()) {
      assertThat((Double) value).isNaN();
      return;
    }
    double share = wanted.definition().share();
    double found = (Double) Objects.requireNonNull(value);
    long below = sorted.stream().filter(v -> v < found).count();
    long upTo = sorted.stream().filter(v -> v <= found).count();
    double slack = 0.025 * sorted.size() + 1;
    assertThat(share * sorted.size())
        .as("%s at %s", wanted.name(), Times.instant(t))
        .isBetween(below - slack, upTo + slack);
  }

  private static void assertSame(
      Wanted wanted,
      long t,
      String driver,
      @Nullable Object value,
      @Nullable Object expected,
      double tolerance) {
    if (expected instanceof Double number && tolerance > 0 && !number.isNaN()) {
      // Of amounts around 10^12 doubles leave a hundredth, in the naive sum.
      double slack = 0.02 + tolerance * Math.abs(number);
      assertThat((Double) value)
          .as("%s at %s, %s", wanted.name(), Times.instant(t), driver)
          .isBetween(number - slack, number + slack);
      return;
    }
    Object same = expected instanceof Double number ? (Object) (number + 0.0) : expected;
    Object found = value instanceof Double number ? (Object) (number + 0.0) : value;
    assertThat(found).as("%s at %s, %s", wanted.name(), Times.instant(t), driver).isEqualTo(same);
  }

  /// The values of one reading.
  private static final class Sunk implements FeatureSink {
    private final double[] numbers = new double[RandomProgram.WANTED.size()];
    private final @Nullable String[] texts = new @Nullable String[RandomProgram.WANTED.size()];

    @Override
    public void number(int column, double value) {
      numbers[column] = value;
    }

    @Override
    public void text(int column, @Nullable String value) {
      texts[column] = value;
    }

    @Nullable Object value(int column) {
      boolean text = RandomProgram.PROGRAM.features().get(column).text();
      return text ? texts[column] : (Object) numbers[column];
    }
  }

  private static Sunk[] sweep(List<Event> events, long[] times) {
    List<Event> sorted = new ArrayList<>(events);
    sorted.sort(Event.CANONICAL);
    EventProgram program = RandomProgram.PROGRAM;
    TextCodes[] texts = new TextCodes[program.values().size()];
    Arrays.setAll(texts, v -> new TextPool());
    EventColumns columns = new EventColumns(program, 0, texts);
    KeyEvent event = new KeyEvent(program);
    for (Event one : sorted) {
      fill(event, one);
      int at = columns.append(event.time, event.active());
      for (int m = 0; m < event.mask.length; m++) {
        columns.mask(m, at, event.mask[m]);
      }
      for (int v = 0; v < texts.length; v++) {
        if (columns.isText(v)) {
          columns.code(v, at, ((TextPool) texts[v]).code(event.texts[v]));
        } else {
          columns.number(v, at, event.numbers[v]);
        }
      }
    }
    int width = RandomProgram.WANTED.size();
    double[][] numbers = new double[width][times.length];
    @Nullable String[][] out = new @Nullable String[width][times.length];
    EventSweep sweep = new EventSweep(program);
    // A key before it must leave nothing behind.
    sweep.run(columns, 0, columns.size() / 2, times, times.length, numbers, out, 0);
    sweep.run(columns, 0, columns.size(), times, times.length, numbers, out, 0);
    Sunk[] rows = new Sunk[times.length];
    for (int k = 0; k < times.length; k++) {
      rows[k] = new Sunk();
      for (int c = 0; c < width; c++) {
        rows[k].numbers[c] = numbers[c][k];
        rows[k].texts[c] = out[c][k];
      }
    }
    return rows;
  }

  /// Events come in as they become known, some twice; some of one moment in any order.
  private static Sunk[] online(List<Event> events, long[] times, Random random, boolean compacts)
      throws IOException {
    EventProgram program = RandomProgram.PROGRAM;
    List<Event> arriving = new ArrayList<>(events);
    Collections.shuffle(arriving, random);
    arriving.sort(Comparator.comparingLong(Event::known));
    KeyReader reader = new KeyReader(program);
    KeyState state = compacts ? new KeyState(program, 8) : new KeyState(program);
    KeyEvent event = new KeyEvent(program);
    Sunk[] rows = new Sunk[times.length];
    int next = 0;
    for (int k = 0; k < times.length; k++) {
      long answerable = compacts ? times[k] : Long.MIN_VALUE;
      while (next < arriving.size() && arriving.get(next).known() <= times[k]) {
        Event one = arriving.get(next++);
        fill(event, one);
        event = written(event);
        // What was answered last is the oldest that may still be asked for.
        long oldest = compacts && k > 0 ? times[k - 1] : Long.MIN_VALUE;
        assertThat(state.add(event, reader, oldest)).isEqualTo(KeyState.Outcome.ADDED);
        if (random.nextInt(10) == 0) {
          assertThat(state.add(event, reader, oldest)).isEqualTo(KeyState.Outcome.REPEATED);
        }
      }
      if (compacts && random.nextInt(3) == 0) {
        state.compact(reader, answerable);
        state = written(state, program, reader);
      }
      rows[k] = new Sunk();
      reader.read(state, times[k], rows[k]);
    }
    return rows;
  }

  private static KeyEvent written(KeyEvent event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    event.write(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    KeyEvent read = new KeyEvent(event.program());
    read.read(in);
    assertThat(in.available()).isZero();
    return read;
  }

  private static KeyState written(KeyState state, EventProgram program, KeyReader reader)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    KeyState read = KeyState.read(program, reader, in);
    assertThat(in.available()).isZero();
    return read;
  }

  private static void fill(KeyEvent event, Event one) {
    EventProgram program = event.program();
    event.begin(one.at(), one.known());
    Row row = row(one);
    for (int f = 0; f < program.filters().size(); f++) {
      if (program.filters().get(f).bind(program.schema(), Expression.Kind.TRUTH).holds(row)) {
        event.passes(f);
      }
    }
    for (int v = 0; v < program.values().size(); v++) {
      EventProgram.Value value = program.values().get(v);
      double number =
          switch (value.column()) {
            case RandomProgram.AMOUNT -> row.number(RandomProgram.AMOUNT);
            case RandomProgram.DUE -> one.due() == null ? Double.NaN : one.due();
            default -> one.kind() == null ? Double.NaN : 1;
          };
      if (value.kind() == EventProgram.Kind.TEXT) {
        event.text(v, one.kind());
      } else {
        event.number(v, value.kind() == EventProgram.Kind.NUMBER ? number : present(number));
      }
    }
    String id = one.id() == null ? "" : one.id();
    event.id(Hash64.of(id), Hash64.of("x" + id));
    StringBuilder tie = new StringBuilder();
    CanonicalOrder.append(tie, id);
    event.tie(tie.toString());
  }

  private static double present(double number) {
    return Double.isNaN(number) ? Double.NaN : 1;
  }

  private static Row row(Event one) {
    return new Row() {
      @Override
      public double number(int column) {
        return one.amount() == null ? Double.NaN : one.amount();
      }

      @Override
      public @Nullable String text(int column) {
        return column == RandomProgram.KIND ? one.kind() : one.id();
      }

      @Override
      public long time(int column) {
        return one.due() == null ? Times.MISSING : one.due();
      }
    };
  }
}
