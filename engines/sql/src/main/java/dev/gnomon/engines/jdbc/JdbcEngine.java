package dev.gnomon.engines.jdbc;

import dev.gnomon.data.spi.SqlEngine;
import dev.gnomon.data.spi.SqlTable;
import java.util.Map;

/// Every database whose driver is on the class path; Postgres and SQLite are.
public final class JdbcEngine implements SqlEngine {
  @Override
  public String name() {
    return "jdbc";
  }

  @Override
  public boolean takes(String address) {
    return address.startsWith("jdbc:");
  }

  @Override
  public Rows read(String address, String select, Map<String, String> environment) {
    return JdbcRows.open(JdbcAddress.of(address, environment), select);
  }

  @Override
  public SqlTable table(String address, String table, Map<String, String> environment) {
    return new JdbcTable(JdbcAddress.of(address, environment), table);
  }
}
