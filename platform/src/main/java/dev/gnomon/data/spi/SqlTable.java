package dev.gnomon.data.spi;

import dev.gnomon.data.Table;
import dev.gnomon.schema.Schema;

/// A table of a database that a job fills part by part, each exactly once: a part and the mark that
/// it is there are one transaction.
public interface SqlTable extends AutoCloseable {
  /// The column in front of all others: the position of the row in the job, from 1. The primary
  /// key.
  String ROW = "row_number";

  /// Makes the table if there is none, and finds how far the job came before.
  ///
  /// @param job tells one from another
  /// @param replace whether rows that are no part of this job are deleted; they are with the first
  ///   part
  /// @return the number of the first part that is not there
  /// @throws dev.gnomon.core.Refusal if the table has other columns, or rows of another job that
  ///   are not to be replaced
  int begin(String job, Schema schema, boolean replace);

  /// Adds the rows of a part and the mark that they are there.
  ///
  /// @param number of the part; they come in order
  /// @throws dev.gnomon.core.Refusal if it is not the next part: another run works on the same job
  void append(int number, Table rows);

  @Override
  void close();
}
