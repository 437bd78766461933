package dev.gnomon.serving;

import dev.gnomon.core.Refusal;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.RequestInputs;
import dev.gnomon.features.StoreUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Features from the state of keys, with values of the request laid over them. A flat table has no
/// state: there all values come with the request.
///
/// While a store outside of this process is away, features that were read lately stand in.
final class KeyFeatures implements FeatureSource {
  private final OnlineFeatures online;
  private final boolean flat;
  private final boolean remote;
  private final @Nullable LastGood lastGood;
  private final ThreadLocal<RequestInputs> inputsOfThread;

  KeyFeatures(OnlineFeatures online) {
    this.online = online;
    this.flat = online.plan().useCase().data().isFlatTable();
    this.remote = online.isShared();
    Duration oldest = online.plan().useCase().production().serving().lastGood();
    this.lastGood =
        remote && oldest.isPositive() ? new LastGood(oldest, online.plan().row().size()) : null;
    this.inputsOfThread = ThreadLocal.withInitial(() -> new RequestInputs(online.plan()));
  }

  @Override
  public boolean remote() {
    return remote;
  }

  /// What is remembered for the time when the store is away.
  Optional<LastGood> lastGood() {
    return Optional.ofNullable(lastGood);
  }

  /// Forgets a key, if it is one of this entity.
  void forget(String entity, String key) {
    if (!flat) {
      online.erase(entity, key);
    }
    if (lastGood != null && entity.equals(online.plan().useCase().frame().entity())) {
      lastGood.forget(key);
    }
  }

  /// As they are now, or not at all: nothing that was read before.
  ///
  /// @return whether anything is known of the key
  boolean fresh(String key, long at, Map<String, @Nullable Object> inputs, FeatureRow out) {
    return now(key, at, inputs, out, USUAL).known();
  }

  @Override
  public Found read(
      String key, long at, Map<String, @Nullable Object> inputs, FeatureRow out, long untilNanos) {
    LastGood remembered = lastGood;
    if (remembered == null) {
      return now(key, at, inputs, out, untilNanos);
    }
    try {
      return now(key, at, inputs, out, untilNanos);
    } catch (Unavailable e) {
      RequestInputs own = inputsOfThread.get();
      // Features of an entity that the request names can't be those of the one named before.
      LastGood.Remembered before = own.namesEntity(inputs) ? null : remembered.of(key, at);
      if (before == null) {
        throw e;
      }
      out.copy(before.row());
      own.apply(inputs, at, out);
      return new Found(before.known() || !inputs.isEmpty(), Math.max(1, at - before.at()));
    }
  }

  private Found now(
      String key, long at, Map<String, @Nullable Object> inputs, FeatureRow out, long untilNanos) {
    if (flat) {
      inputsOfThread.get().apply(inputs, at, out);
      return inputs.isEmpty() ? Found.UNKNOWN : Found.KNOWN;
    }
    try {
      boolean known = online.read(key, at, out, untilNanos);
      if (lastGood != null) {
        lastGood.keep(key, at, known, out);
      }
      if (inputs.isEmpty()) {
        return known ? Found.KNOWN : Found.UNKNOWN;
      }
      inputsOfThread.get().apply(key, inputs, at, online, out, untilNanos);
      return Found.KNOWN;
    } catch (Refusal e) {
      throw new TooOld(e.reasons().getFirst().line());
    } catch (StoreUnavailable e) {
      out.clear();
      // What the request itself says still counts, for the rules that decide now.
      inputsOfThread.get().apply(inputs, at, out);
      throw new Unavailable(String.valueOf(e.getMessage()));
    }
  }
}
