package dev.gnomon.features.spi;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// One connection to a store that several nodes share: per key one ordered list of small opaque
/// records behind at most one compacted state.
///
/// Everything belongs to an *epoch*, the name of one attempt to fill the empty store. Records are
/// taken only for the current epoch and only as the continuation of what their writer appended
/// before, in one atomic step together with the new position: a writer whose answer got lost, or
/// whose last records the store lost in a crash, learns so from [#standing] and goes on from there.
/// Hence each record is in the store once.
///
/// Reads are answered only once every writer has confirmed, to the very process that answers, that
/// all it has is there; a store that was emptied, or came back with older data, answers nothing.
///
/// Safe for use by several threads. All methods throw [IOException], or complete with it, when the
/// store can't be reached; then it is not known whether a change was made.
public interface KeyRecords extends AutoCloseable {
  /// How the store stands.
  ///
  /// @param epoch empty in an empty store
  /// @param loading whether somebody is filling it and was heard of lately
  /// @param loaded whether the states from source files are there
  /// @param origin what they were made from, as the loader said
  /// @param applied the position up to which each writer's records are there
  /// @param nodes those known to write
  /// @param confirmed those of them that confirmed to the process that answers
  record Standing(
      String epoch,
      boolean loading,
      boolean loaded,
      String origin,
      Map<String, Long> applied,
      Collection<String> nodes,
      Collection<String> confirmed) {
    public Standing {
      applied = Map.copyOf(applied);
      nodes = Set.copyOf(nodes);
      confirmed = Set.copyOf(confirmed);
    }

    /// Whether reads are answered.
    public boolean ready() {
      return loaded && confirmed.containsAll(nodes);
    }
  }

  /// Bytes for a key.
  record Keyed(String key, byte[] bytes) {}

  /// What is there of a key.
  ///
  /// @param generation of the state; 0 when there is none
  /// @param state empty when there is none
  /// @param records since the state, in the order in which they were appended
  record Found(long generation, byte[] state, List<byte[]> records) {
    public Found {
      records = List.copyOf(records);
    }

    public boolean isEmpty() {
      return generation == 0 && records.isEmpty();
    }
  }

  /// Whether this connection still works.
  boolean isOpen();

  Standing standing() throws IOException;

  /// Starts a new epoch in which nothing is known, and whose loader the caller is.
  ///
  /// @param expected the epoch that stands now, empty for none
  /// @return false when another one stands, or somebody else is loading
  boolean begin(String expected, String epoch) throws IOException;

  /// Puts down states of keys that have none, while loading; keeps the loader heard of.
  ///
  /// @return false when the epoch is no longer current
  boolean load(String epoch, List<Keyed> states) throws IOException;

  /// Ends loading: from now on records are taken.
  boolean loaded(String epoch, String origin) throws IOException;

  /// Makes nodes known as writers; from now on reads wait for their confirmation.
  boolean enlist(String epoch, Collection<String> nodes) throws IOException;

  /// A node that is gone for good is no longer waited for.
  boolean forget(String epoch, String node) throws IOException;

  /// The node, known as a writer or not yet, has appended everything that it had when it connected.
  ///
  /// @return false when the epoch is another or not loaded
  boolean confirm(String epoch, String node) throws IOException;

  /// Appends all records and moves the writer's position, in one step and one round trip.
  ///
  /// @param after the writer's position as it must stand; 0 before its first record
  /// @param upTo its new position
  /// @return false, and nothing was done, when the epoch or the position is another, or the epoch
  ///   is not loaded
  boolean append(String epoch, String writer, long after, long upTo, List<Keyed> records)
      throws IOException;

  /// What is there of several keys at one moment, in one round trip. Empty when the epoch is
  /// another or not ready.
  CompletionStage<Optional<List<Found>>> read(String epoch, List<String> keys);

  /// Puts a state in the place of what was seen; records appended meanwhile stay behind it.
  ///
  /// @return false, and nothing was done, when what was seen is no longer there
  CompletionStage<Boolean> compact(String epoch, String key, Found seen, byte[] state);

  /// The keys there are that begin with a text; looks at all keys. Those that come or go meanwhile
  /// may be among them or not. Empty when the epoch is another.
  Set<String> keys(String epoch, String begin) throws IOException;

  /// Removes everything of a key.
  boolean erase(String epoch, String key) throws IOException;

  /// Removes what is left of former epochs.
  void sweep(String epoch) throws IOException;

  @Override
  void close();
}
