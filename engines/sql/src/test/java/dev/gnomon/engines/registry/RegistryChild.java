package dev.gnomon.engines.registry;

import dev.gnomon.registry.Registry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/// A process of its own that registers versions and moves an alias in a file others use as well.
final class RegistryChild {
  private RegistryChild() {}

  @SuppressWarnings("SystemOut") // tells its parent each change that was acknowledged
  public static void main(String[] arguments) {
    int from = Integer.parseInt(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    try (Registry registry = Registry.open("sqlite", Map.of("path", arguments[0]), clock)) {
      for (int i = from; i < from + count; i++) {
        int version =
            registry.register("churn", "%064x".formatted(i), true, "{}", "child").version();
        registry.setAlias("churn", "champion", version, "child", "");
        System.out.println(version);
        System.out.flush();
      }
    }
  }
}
