package dev.gnomon.engines.registry;

import dev.gnomon.core.Home;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.Registry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A process that makes control changes of all kinds until it is killed, and tells each that was
/// acknowledged: how many entries there are.
final class LedgerChild {
  private LedgerChild() {}

  @SuppressWarnings("SystemOut") // tells its parent each change that was acknowledged
  public static void main(String[] arguments) {
    Random random = new Random(Long.parseLong(arguments[1]));
    try (Registry registry =
        Registry.open(
            new Home(Path.of(arguments[0])), Optional.empty(), Map.of(), InstantSource.system())) {
      Promotions.Actor who = new Promotions.Actor("child", false);
      while (true) {
        int versions = registry.versions("churn").size();
        if (versions < 2 || random.nextInt(3) == 0) {
          registry.register("churn", "%064x".formatted(random.nextLong()), true, "{}", "child");
        } else if (random.nextInt(4) == 0 && registry.promotions().before("churn").isPresent()) {
          registry.promotions().rollback("churn", "child", "");
        } else {
          registry.promotions().promote("churn", 1 + random.nextInt(versions), who, false, "");
        }
        long entries = registry.ledger(0, Integer.MAX_VALUE, null, null).size();
        System.out.println(entries);
        System.out.flush();
      }
    }
  }
}
