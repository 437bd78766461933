package dev.gnomon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Drivers and their trips, small enough to know every value by heart.
final class FeastWorld {
  /// What the clock shows.
  static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");

  private FeastWorld() {}

  /// Writes the use case and its sources; returns the use-case file.
  static Path write(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("drivers.csv"),
        """
        driver_id,updated,rating,city,licensed
        1001,2024-01-01T00:00:00Z,0.8724706768989563,Bern,2020-03-01T00:00:00Z
        1002,2024-01-02T00:00:00Z,,Zürich,2021-07-01T06:30:00Z
        9223372036854775807,2024-01-03T00:00:00Z,4,Chur,
        """);
    Files.writeString(
        folder.resolve("trips.csv"),
        """
        trip,driver_id,at,loaded,km
        a1,1001,2024-05-01T10:00:00Z,2024-05-01T10:00:00Z,10.5
        a2,1001,2024-05-03T10:00:00Z,2024-05-04T10:00:00Z,2.25
        a3,1002,2024-05-05T10:00:00Z,2024-05-05T11:00:00Z,7
        """);
    Files.writeString(folder.resolve("quits.csv"), "driver_id,at\n1002,2024-04-30T00:00:00Z\n");
    Files.writeString(
        folder.resolve("shifts.csv"), "driver_id,begun,pay\n1001,2024-05-01T08:00:00,20\n");
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: dispatch
        frame:
          task: binary
          entity: driver
          observe: {every: 7d, from: 2024-02-01, to: 2024-04-20, population: {source: drivers}, until: quits}
          target: {event: quits, within: 7d, lateness: 0d}
        data:
          sources:
            drivers: {kind: state, path: drivers.csv, key: driver_id, event-time: updated, types: {driver_id: text, licensed: time}}
            trips: {kind: events, path: trips.csv, key: driver_id, event-time: at, known-at: loaded, id: trip, types: {driver_id: text}}
            quits: {kind: events, path: quits.csv, key: driver_id, event-time: at, types: {driver_id: text}}
            shifts: {kind: events, path: shifts.csv, key: driver_id, event-time: begun, zone: Europe/Zurich, types: {driver_id: text}}
        features:
          drivers: {columns: [rating, city, licensed]}
          trips:
            - {count: "*", windows: [7d]}
            - {sum: km, windows: [7d], as: km}
            - {mean: km, windows: [7d], resolution: exact}
          shifts:
            - {max: pay, windows: [30d], as: best_pay}
            - {time-since-last: "*"}
          derived: {km_per_rating: km_7d / rating}
        models: {candidates: [logistic], calibration: none}
        production:
          fallback: [{otherwise: true, score: 0.1}]
        """);
    return file;
  }
}
