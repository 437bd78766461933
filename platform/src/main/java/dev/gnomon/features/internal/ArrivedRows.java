package dev.gnomon.features.internal;

import dev.gnomon.schema.Row;

/// The log of one source of this node, as a shared store follows it.
public interface ArrivedRows {
  /// Everything below is on disk.
  long forced();

  /// The rows from one position, inclusive, to another, exclusive, in order.
  Cursor between(long from, long to);

  /// A cursor, for one thread.
  interface Cursor extends AutoCloseable {
    boolean next();

    Row row();

    long arrival();

    long position();

    @Override
    void close();
  }
}
