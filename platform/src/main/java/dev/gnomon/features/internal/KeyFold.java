package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.spi.KeyRecords.Found;
import dev.gnomon.operators.KeyEvent;
import dev.gnomon.operators.KeyReader;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Times;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The bytes of a shared store and what they stand for: records of rows, images of the state of a
/// key, and the state that follows from both, by the same engine as in process. Working memory of
/// one thread.
final class KeyFold {
  private static final byte IMAGE = 1;

  /// Before the row of a record: source (1), writer (4), place in its log (8). No two are alike.
  private static final int RECORD_HEAD = 13;

  private final SourceProgram[] sources;
  private final RowIntake[] intakes;
  private final KeyReader[] readers;
  private final KeyEvent[] events;
  private final Hash128 hash = new Hash128();

  KeyFold(SourceProgram[] sources) {
    this.sources = sources;
    this.intakes = new RowIntake[sources.length];
    this.readers = new KeyReader[sources.length];
    this.events = new KeyEvent[sources.length];
    for (int s = 0; s < sources.length; s++) {
      intakes[s] = new RowIntake(sources[s]);
      readers[s] = new KeyReader(sources[s].events());
      events[s] = new KeyEvent(sources[s].events());
    }
  }

  /// What follows from no rows at all.
  Folded nothing() {
    return new Folded(new @Nullable Object[sources.length], Times.MISSING);
  }

  /// What is known of a key.
  ///
  /// @param states per source a [KeyState] or [KeyStates]; null where nothing is known
  /// @param answerable the oldest time that the states still answer for
  record Folded(@Nullable Object[] states, long answerable) {
    boolean isEmpty() {
      for (Object state : states) {
        if (state != null) {
          return false;
        }
      }
      return true;
    }
  }

  /// A row on its way into the store.
  ///
  /// @param key as it stands in the row
  record Outgoing(String key, byte[] record) {}

  /// Null for a row that counts for nobody.
  @Nullable Outgoing record(int source, Row row, long arrival, int writer, long place) {
    RowIntake intake = intakes[source];
    String key = intake.key(row);
    long at = intake.eventTime(row);
    long known = intake.knownAt(row, at, arrival);
    if (key == null || !intake.included(row) || !intake.counts(key, at, known)) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(source);
      out.writeInt(writer);
      out.writeLong(place);
      if (intake.isEvents()) {
        intake.event(row, at, known, events[source], hash);
        events[source].write(out);
      } else {
        KeyStates.write(sources[source].schema(), intake.version(row, at, known), out);
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return new Outgoing(key, bytes.toByteArray());
  }

  Folded fold(Found found) throws IOException {
    @Nullable Object[] states = new @Nullable Object[sources.length];
    long answerable = Times.MISSING;
    if (found.generation() != 0) {
      answerable = image(found.state(), states);
    }
    for (byte[] record : found.records()) {
      add(record, states);
    }
    return new Folded(states, answerable);
  }

  private void add(byte[] record, @Nullable Object[] states) throws IOException {
    int source = record.length < RECORD_HEAD ? sources.length : record[0] & 0xFF;
    if (source >= sources.length) {
      throw new IOException("a record of no source of this use case");
    }
    try (DataInputStream in = input(record, RECORD_HEAD)) {
      if (intakes[source].isEvents()) {
        KeyState state = (KeyState) states[source];
        if (state == null) {
          state = new KeyState(sources[source].events());
          states[source] = state;
        }
        events[source].read(in);
        state.add(events[source], readers[source], Long.MIN_VALUE);
      } else {
        KeyStates state = (KeyStates) states[source];
        if (state == null) {
          state = new KeyStates(sources[source]);
          states[source] = state;
        }
        state.add(KeyStates.read(sources[source].schema(), in), Times.MISSING);
      }
    }
  }

  /// Fills what follows from the sources of the key.
  void read(Folded folded, int source, long at, FeatureRow out) {
    Object state = folded.states[source];
    if (intakes[source].isEvents()) {
      if (state == null) {
        readers[source].readNothing(at, out);
      } else {
        readers[source].read((KeyState) state, at, out);
      }
      return;
    }
    for (SourceProgram.AttributeFeature attribute : sources[source].attributes()) {
      out.clear(attribute.column());
    }
    if (state != null) {
      ((KeyStates) state).read(at, out);
    }
  }

  /// Lets go of what no time from `answerable` on needs.
  Folded compact(Folded folded, long answerable) {
    if (answerable == Times.MISSING || answerable < folded.answerable) {
      return folded;
    }
    for (int s = 0; s < sources.length; s++) {
      switch (folded.states[s]) {
        case KeyState state -> state.compact(readers[s], answerable);
        case KeyStates state -> state.prune(answerable);
        case null, default -> {}
      }
    }
    return new Folded(folded.states, answerable);
  }

  byte[] image(Folded folded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(IMAGE);
      out.writeLong(folded.answerable);
      for (Object state : folded.states) {
        out.writeBoolean(state != null);
        switch (state) {
          case KeyState events -> events.write(out);
          case KeyStates rows -> rows.write(out);
          case null, default -> {}
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /// Reads an image into the states; returns the oldest time it answers for.
  long image(byte[] bytes, @Nullable Object[] states) throws IOException {
    try (DataInputStream in = input(bytes, 0)) {
      if (in.readByte() != IMAGE) {
        throw new IOException("these bytes hold no image of a key, or one of a later version");
      }
      long answerable = in.readLong();
      for (int s = 0; s < sources.length; s++) {
        if (in.readBoolean()) {
          states[s] =
              intakes[s].isEvents()
                  ? KeyState.read(sources[s].events(), readers[s], in)
                  : KeyStates.read(sources[s], in);
        }
      }
      return answerable;
    }
  }

  private static DataInputStream input(byte[] bytes, int from) {
    return new DataInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from));
  }
}
