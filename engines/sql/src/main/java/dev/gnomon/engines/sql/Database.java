package dev.gnomon.engines.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/// Where the transactions of a database begin and end. All methods throw [DatabaseFailure] when it
/// can't be read or written, and are used by many threads.
public interface Database extends AutoCloseable {
  /// What is done within one transaction.
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /// All or nothing, and on disk on return. After a conflict with another writer the work is done
  /// again from its start. Not nested.
  <T> T write(Work<T> work);

  /// Sees one moment of the database, whatever is written meanwhile.
  <T> T read(Work<T> work);

  /// Writes a consistent copy to a file that does not exist yet, while others read and write.
  ///
  /// @throws dev.gnomon.core.Refusal if the database has tools of its own for that, naming them
  void backup(Path file) throws IOException;

  @Override
  void close();
}
