package dev.gnomon.serving;

import java.util.Collection;
import java.util.function.Consumer;

/// Warms up, beside the decisions, what was loaded at the start, and then loads what decided before
/// it.
final class WarmStart implements AutoCloseable {
  private final Collection<LiveUseCase> useCases;
  private final AliasFollower aliases;
  private final Consumer<String> told;
  private final Thread thread;
  private volatile boolean closing;

  /// @param useCases complete when this is started
  WarmStart(Collection<LiveUseCase> useCases, AliasFollower aliases, Consumer<String> told) {
    this.useCases = useCases;
    this.aliases = aliases;
    this.told = told;
    this.thread = Thread.ofPlatform().daemon().name("gnomon-warm-up").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean done() {
    return !thread.isAlive();
  }

  private void run() {
    for (LiveUseCase live : useCases) {
      live.decisions().live().ifPresent(version -> warmUp(live, version));
      live.decisions().fast().ifPresent(version -> warmUp(live, version));
    }
    for (LiveUseCase live : useCases) {
      if (!closing) {
        aliases.keepFormer(live);
      }
    }
  }

  private void warmUp(LiveUseCase live, LiveVersion version) {
    try {
      var _ = live.decisions().warm(version, AliasFollower.WARM_UP);
    } catch (RuntimeException e) {
      // It decides already, and its breaker sees the same.
      told.accept(
          "%s: version %d failed on a recorded request: %s"
              .formatted(live.useCase().name(), version.version(), e));
    }
  }

  /// Ends it, done or not.
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
