package dev.gnomon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A use case small enough to know by heart: three customers and a handful of logins in May 2024.
final class SmallWorld {
  private SmallWorld() {}

  /// Writes the use case and its sources; returns the use-case file.
  static Path write(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("customers.csv"),
        """
        customer,since,plan,age
        k1,2024-01-01T00:00:00Z,pro,31
        k2,2024-01-02T00:00:00Z,basic,
        17850,2024-01-03T00:00:00Z,basic,55
        """);
    Files.writeString(
        folder.resolve("logins.csv"),
        """
        id,customer,at,loaded,minutes,device
        a1,k1,2024-05-01T10:00:00Z,2024-05-01T10:00:00Z,10.5,tv
        a2,k1,2024-05-03T10:00:00Z,2024-05-04T10:00:00Z,2.25,web
        a3,k2,2024-05-05T10:00:00Z,2024-05-05T11:00:00Z,7,tv
        """);
    Files.writeString(
        folder.resolve("left.csv"),
        """
        customer,at
        k2,2024-04-30T00:00:00Z
        """);
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: small
        problem: {costs: {currency: EUR, false-positive: 1, false-negative: 5}}
        frame:
          task: binary
          entity: customer
          observe: {every: 7d, from: 2024-02-01, to: 2024-04-20, population: {source: customers}, until: left}
          target: {event: left, within: 7d, lateness: 0d}
        data:
          sources:
            customers: {kind: state, path: customers.csv, key: customer, event-time: since, types: {customer: text}}
            logins: {kind: events, path: logins.csv, key: customer, event-time: at, known-at: loaded, id: id}
            left: {kind: events, path: left.csv, key: customer, event-time: at}
        features:
          customers: {columns: [plan, age]}
          logins:
            - {count: "*", windows: [7d, 30d]}
            - {sum: minutes, windows: [30d], where: "device = 'tv'", as: tv_minutes}
            - {mean: minutes, windows: [30d], resolution: exact}
            - {time-since-last: "*"}
          derived: {trend: logins_count_7d / logins_count_30d}
        models: {candidates: [logistic], calibration: none}
        production:
          fallback:
            - {when: logins_time_since_last is missing, score: 0.8}
            - {otherwise: true, score: 0.1}
        """);
    return file;
  }
}
