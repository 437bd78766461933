package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// What was compacted of one key's events, for one window: a state per tile. Tiles are disjoint,
/// ascending and aligned so that a window holds each whole or not at all.
final class Tiles {
  private final int[] totals;
  private final int[] states;
  private int size;
  private long[] starts = new long[2];
  private Tile[] tiles = new Tile[2];

  record Tile(WindowState[] totals, SlidingState[] states) {}

  /// @param totals indices of the program's totals that belong to the window
  /// @param states likewise
  Tiles(int[] totals, int[] states) {
    this.totals = totals;
    this.states = states;
  }

  int size() {
    return size;
  }

  /// The tile that starts at a time, made if need be.
  Tile at(EventProgram program, long start) {
    int found = Arrays.binarySearch(starts, 0, size, start);
    if (found >= 0) {
      return tiles[found];
    }
    int place = -found - 1;
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      tiles = Arrays.copyOf(tiles, size * 2);
    }
    System.arraycopy(starts, place, starts, place + 1, size - place);
    System.arraycopy(tiles, place, tiles, place + 1, size - place);
    Tile tile =
        new Tile(
            Arrays.stream(totals)
                .mapToObj(a -> program.totals().get(a).state())
                .toArray(WindowState[]::new),
            Arrays.stream(states)
                .mapToObj(s -> program.states().get(s).state())
                .toArray(SlidingState[]::new));
    starts[place] = start;
    tiles[place] = tile;
    size++;
    return tile;
  }

  void fold(EventProgram program, EventColumns events, int i, long start) {
    Tile tile = at(program, start);
    for (int a = 0; a < totals.length; a++) {
      EventProgram.Stream stream = program.totals().get(totals[a]).stream();
      if (events.passes(stream.filter(), i)) {
        tile.totals[a].fold(stream.value() < 0 ? 1 : events.numbers[stream.value()][i]);
      }
    }
    for (SlidingState state : tile.states) {
      if (events.counts(state.stream, i)) {
        state.fold(events, i);
      }
    }
  }

  /// Lets go of the tiles before a time.
  void retire(long left) {
    int gone = 0;
    while (gone < size && starts[gone] < left) {
      gone++;
    }
    if (gone > 0) {
      System.arraycopy(starts, gone, starts, 0, size - gone);
      System.arraycopy(tiles, gone, tiles, 0, size - gone);
      Arrays.fill(tiles, size - gone, size, null);
      size -= gone;
    }
  }

  /// Adds the tiles from a time on to the states of a reading.
  void mergeInto(Reading reading, long left) {
    int first = Arrays.binarySearch(starts, 0, size, left);
    for (int i = first < 0 ? -first - 1 : first; i < size; i++) {
      for (int a = 0; a < totals.length; a++) {
        reading.totals[totals[a]].merge(tiles[i].totals[a], -1);
      }
      for (int s = 0; s < states.length; s++) {
        reading.states[states[s]].merge(tiles[i].states[s]);
      }
    }
  }

  void visit(long left, KeyState.Visitor visitor) {
    for (int i = size - 1; i >= 0 && starts[i] >= left; i--) {
      visitor.tile(starts[i], tiles[i].totals.length == 0 ? -1 : tiles[i].totals[0].events());
    }
  }

  /// Bytes on the heap of one tile, roughly.
  long bytesEach() {
    return 56 + 80L * totals.length + 200L * states.length;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int i = 0; i < size; i++) {
      out.writeLong(starts[i]);
      for (WindowState total : tiles[i].totals) {
        total.write(out);
      }
      for (SlidingState state : tiles[i].states) {
        state.write(out);
      }
    }
  }

  void read(EventProgram program, DataInput in) throws IOException {
    int written = in.readInt();
    for (int i = 0; i < written; i++) {
      Tile tile = at(program, in.readLong());
      for (WindowState total : tile.totals) {
        total.read(in);
      }
      for (SlidingState state : tile.states) {
        state.read(in);
      }
    }
  }
}
