package dev.gnomon.cli;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;

/// Whether the libraries that are not Java load on this machine; that is where an unusual operating
/// system or processor shows.
final class NativeLibraries {
  private NativeLibraries() {}

  /// @param answer its version or `loads`; else why it does not
  record Library(String name, boolean works, String answer) {}

  static List<Library> tried() {
    return List.of(
        tried("duckdb", () -> answer("jdbc:duckdb:", "select version()")),
        tried("sqlite", () -> answer("jdbc:sqlite::memory:", "select sqlite_version()")),
        tried("lightgbm", () -> loaded("dev.gnomon.engines.lightgbm.NativeLightgbm")),
        tried("xgboost", () -> loaded("ml.dmlc.xgboost4j.java.XGBoostJNI")),
        tried("onnxruntime", () -> loaded("ai.onnxruntime.OrtEnvironment")));
  }

  private static Library tried(String name, Callable<String> attempt) {
    try {
      return new Library(name, true, attempt.call());
    } catch (Exception | LinkageError broken) {
      return new Library(name, false, "does not load: " + broken);
    }
  }

  private static String answer(String url, String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String loaded(String className) throws ClassNotFoundException {
    Class.forName(className);
    return "loads";
  }
}
