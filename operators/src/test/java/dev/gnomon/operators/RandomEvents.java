package dev.gnomon.operators;

import dev.gnomon.operators.NaiveFeatures.Event;
import dev.gnomon.schema.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Events of one key with everything that goes wrong: ties, late ones, missing values, cancelling
/// sums, and times around the ends of days, months and years.
final class RandomEvents {
  static final long START = Times.micros(Instant.parse("2023-12-30T00:00:00Z"));

  private RandomEvents() {}

  static List<Event> of(Random random, int count, long span) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // On a grid of minutes, so that ties and borders are met; a few off it.
      long at = START + random.nextLong(span / Times.MINUTE) * Times.MINUTE;
      at += random.nextInt(10) == 0 ? random.nextInt(1_000_000) : 0;
      long late =
          switch (random.nextInt(6)) {
            case 0 -> random.nextLong(5 * Times.HOUR);
            case 1 -> random.nextLong(span);
            default -> 0;
          };
      Double amount =
          switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> 1e12 * (random.nextBoolean() ? 1 : -1);
            case 2 -> random.nextGaussian() * 1e-9;
            default -> Math.round(random.nextGaussian() * 10_000) / 100.0;
          };
      String kind =
          switch (random.nextInt(5)) {
            case 0 -> null;
            case 1, 2 -> "a";
            case 3 -> "b";
            default -> "k" + random.nextInt(12);
          };
      Long due = random.nextInt(3) == 0 ? at + random.nextLong(3 * Times.DAY) : null;
      events.add(new Event(at, at + late, "e" + i, amount, kind, due));
    }
    return events;
  }
}
