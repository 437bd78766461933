package dev.gnomon.serving;

import dev.gnomon.core.Refusal;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.RequestInputs;
import dev.gnomon.features.StoreUnavailable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Features from the state kept in this process, with values of the request laid over them. A flat
/// table has no state: there all values come with the request.
final class KeyFeatures implements FeatureSource {
  private final OnlineFeatures online;
  private final boolean flat;
  private final ThreadLocal<RequestInputs> inputsOfThread;

  KeyFeatures(OnlineFeatures online) {
    this.online = online;
    this.flat = online.plan().useCase().data().isFlatTable();
    this.inputsOfThread = ThreadLocal.withInitial(() -> new RequestInputs(online.plan()));
  }

  @Override
  public boolean read(String key, long at, Map<String, @Nullable Object> inputs, FeatureRow out) {
    if (flat) {
      inputsOfThread.get().apply(inputs, at, out);
      return !inputs.isEmpty();
    }
    try {
      boolean known = online.read(key, at, out);
      if (inputs.isEmpty()) {
        return known;
      }
      inputsOfThread.get().apply(key, inputs, at, online, out);
      return true;
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
