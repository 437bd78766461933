package dev.gnomon.serving;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Tells the ledger which statements a server goes by, and when it began and ended to decide by
/// them. Begun before the first answer is given.
public final class ServingLedger implements AutoCloseable {
  private final ServingNode node;
  private final String name;
  private final String who;
  private final Consumer<String> told;

  private ServingLedger(ServingNode node, String name, String who, Consumer<String> told) {
    this.node = node;
    this.name = name;
    this.who = who;
    this.told = told;
  }

  /// @param who started the server
  /// @param told a line when the end can't be written down
  public static ServingLedger begin(ServingNode node, String who, Consumer<String> told)
      throws IOException {
    String name = OnlineStores.node(node.home());
    Registry registry = node.registry();
    for (LiveUseCase live : node.useCases()) {
      UseCase useCase = live.useCase();
      registry.promotions().rule(useCase.name(), useCase.production().approvalRequired(), who);
      var _ =
          registry.recordNew(
              useCase.name(), defined(name, useCase, live.features().plan()), who, "");
      var _ = registry.record(useCase.name(), new ControlChange.Served(name, true), who, "");
    }
    return new ServingLedger(node, name, who, told);
  }

  static ControlChange.Defined defined(String node, UseCase useCase, FeaturePlan plan) {
    Map<String, String> views = new TreeMap<>();
    plan.views().forEach(view -> views.put(view.name(), view.hash()));
    Map<String, String> assignment = new TreeMap<>();
    double holdOut = useCase.production().holdOut();
    if (holdOut > 0) {
      assignment.put("hold-out", Double.toString(holdOut));
    }
    useCase
        .production()
        .serving()
        .hybrid()
        .ifPresent(hybrid ->
            assignment.put(
                "fast",
                "%s outside %s to %s".formatted(hybrid.fast(), hybrid.from(), hybrid.to())));
    assignment.put("champion", assignment.containsKey("fast") ? "the doubtful" : "all");
    return new ControlChange.Defined(
        node,
        sha256(useCase.source()),
        sha256(sections(useCase.source(), "problem", "production")),
        plan.hash(),
        views,
        assignment);
  }

  /// The text of some top-level sections, in the order of the file.
  static String sections(String source, String... names) {
    StringBuilder text = new StringBuilder();
    boolean in = false;
    for (String line : source.lines().toList()) {
      if (!line.isBlank() && !Character.isWhitespace(line.charAt(0)) && line.charAt(0) != '#') {
        in = false;
        for (String name : names) {
          in |= line.startsWith(name + ":") || line.startsWith(name + " ");
        }
      }
      if (in) {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Tells that the server ends. Call it while the registry is open. One that is away keeps no
  /// server from ending: the ledger then says what it says of one that was killed.
  @Override
  public void close() {
    try {
      for (LiveUseCase live : node.useCases()) {
        var _ =
            node.registry()
                .record(live.useCase().name(), new ControlChange.Served(name, false), who, "");
      }
    } catch (UncheckedIOException away) {
      told.accept("the ledger can't be told that this server ends: " + away.getMessage());
    }
  }
}
