package dev.gnomon.observations;

import dev.gnomon.operators.EventColumns;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.TextCodes;
import dev.gnomon.operators.TextPool;
import dev.gnomon.schema.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows of one key in one source, as they come in canonical order; repetitions of an id are
/// left out.
final class KeyRows {
  private final SourcePart part;
  private final EventProgram program;
  private final int maskWords;
  private int size;
  private RowTimes times = new RowTimes(new long[8], new long[8], new long[8]);
  private int[] ended = new int[8];
  private final double[][] numbers;
  private final @Nullable String[][] texts;
  private final long[][] moments;
  private EventColumns events;
  private TextPool[] pools;
  private byte[] before = {};
  private long beforeTime;

  KeyRows(SourcePart part) {
    this.part = part;
    this.program = part.events();
    this.maskWords = program.maskWords();
    int attributes = part.attributes().size();
    this.numbers = new double[attributes][];
    this.texts = new @Nullable String[attributes][];
    this.moments = new long[attributes][];
    for (int a = 0; a < attributes; a++) {
      switch (type(a)) {
        case NUMBER -> numbers[a] = new double[8];
        case TEXT -> texts[a] = new @Nullable String[8];
        case TIME -> moments[a] = new long[8];
      }
    }
    this.pools = pools();
    this.events = new EventColumns(program, 8, pools);
  }

  private TextPool[] pools() {
    TextPool[] made = new TextPool[program.values().size()];
    Arrays.setAll(made, v -> new TextPool());
    return made;
  }

  private Type type(int attribute) {
    return part.schema().field(part.attributes().get(attribute).source()).type();
  }

  int size() {
    return size;
  }

  RowTimes times() {
    return times;
  }

  /// Bit 0 says that a row ends the state.
  int[] ended() {
    return ended;
  }

  EventColumns events() {
    return events;
  }

  void clear() {
    if (size == 0) {
      return;
    }
    size = 0;
    pools = pools();
    // The codes of the key before mean nothing any more.
    TextCodes[] codes = pools;
    events = new EventColumns(program, Math.min(1024, events.times().length), codes);
  }

  /// @param tie orders rows of one event time and known-at, which come in that order
  /// @param values as [RowEncoder#values] gives them
  void add(long eventTime, long knownAt, byte[] tie, byte[] values) {
    if (part.identified() && size > 0 && eventTime == beforeTime && Arrays.equals(tie, before)) {
      return;
    }
    before = tie;
    beforeTime = eventTime;
    if (size == ended.length) {
      grow();
    }
    long active = part.timeless() ? SourcePart.ALWAYS : Math.max(knownAt, eventTime + 1);
    times.event()[size] = eventTime;
    times.known()[size] = knownAt;
    times.active()[size] = active;
    ByteBuffer in = ByteBuffer.wrap(values);
    if (part.state()) {
      state(in);
    } else {
      event(in, events.append(eventTime, active));
    }
    size++;
  }

  private void state(ByteBuffer in) {
    ended[size] = in.getInt();
    for (int a = 0; a < numbers.length; a++) {
      switch (type(a)) {
        case NUMBER -> numbers[a][size] = in.getDouble();
        case TEXT -> texts[a][size] = text(in);
        case TIME -> moments[a][size] = in.getLong();
      }
    }
  }

  private void event(ByteBuffer in, int at) {
    for (int m = 0; m < maskWords; m++) {
      events.mask(m, at, in.getInt());
    }
    for (int v = 0; v < program.values().size(); v++) {
      if (program.values().get(v).kind() == EventProgram.Kind.TEXT) {
        events.code(v, at, pools[v].code(text(in)));
      } else {
        events.number(v, at, in.getDouble());
      }
    }
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private void grow() {
    int capacity = size * 2;
    times =
        new RowTimes(
            Arrays.copyOf(times.event(), capacity),
            Arrays.copyOf(times.known(), capacity),
            Arrays.copyOf(times.active(), capacity));
    ended = Arrays.copyOf(ended, capacity);
    for (int a = 0; a < numbers.length; a++) {
      switch (type(a)) {
        case NUMBER -> numbers[a] = Arrays.copyOf(numbers[a], capacity);
        case TEXT -> texts[a] = Arrays.copyOf(texts[a], capacity);
        case TIME -> moments[a] = Arrays.copyOf(moments[a], capacity);
      }
    }
  }

  /// Fills the attributes of a state from the rows found for each observation.
  void fill(int[] found, ObservationRows out) {
    for (int k = 0; k < out.size(); k++) {
      int best = found[k];
      if (best < 0 || (ended[best] & 1) != 0) {
        continue;
      }
      for (int a = 0; a < numbers.length; a++) {
        SourcePart.Attribute attribute = part.attributes().get(a);
        long ttl = attribute.ttl();
        boolean tooOld =
            ttl != EventProgram.FOR_EVER
                && times.event()[best] != SourcePart.ALWAYS
                && out.times()[k] - times.event()[best] > ttl;
        if (tooOld) {
          continue;
        }
        int column = attribute.column();
        switch (type(a)) {
          case NUMBER -> out.numbers()[column][k] = numbers[a][best];
          case TEXT -> out.texts()[column][k] = texts[a][best];
          case TIME -> out.moments()[column][k] = moments[a][best];
        }
      }
    }
  }
}
