package dev.gnomon.features;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.features.spi.KeyRecordsProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/// Where the features of keys are kept while serving.
public interface OnlineStores {
  /// @param history how far before the newest arrival a read may lie
  /// @param told of what an operator should know
  OnlineFeatures open(FeaturePlan plan, Duration history, Home home, Consumer<String> told)
      throws IOException;

  /// In this process.
  static OnlineStores inProcess() {
    return (plan, history, home, told) -> new OnlineFeatures(plan, history);
  }

  /// In a store that several nodes share, such as `redis://host:port`. `?forget=NODE` names a node
  /// that is gone for good with its log, so that the others stop waiting for it; it may be
  /// repeated.
  ///
  /// @throws BadInput when there is no engine for such an address, naming those there are
  static OnlineStores at(String address) {
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new BadInput(
          "online store", "'%s' is no address".formatted(address), "redis://host:port");
    }
    TreeMap<String, KeyRecordsProvider> providers = new TreeMap<>();
    for (KeyRecordsProvider one : ServiceLoader.load(KeyRecordsProvider.class)) {
      one.schemes().forEach(scheme -> providers.put(scheme, one));
    }
    KeyRecordsProvider provider = providers.get(String.valueOf(uri.getScheme()));
    if (provider == null) {
      throw new BadInput(
          "online store",
          "no engine for '%s'".formatted(uri.getScheme() == null ? address : uri.getScheme()),
          "on the class path: "
              + (providers.isEmpty()
                  ? "none; add the module gnomon-engine-redis"
                  : String.join(", ", providers.keySet())));
    }
    List<String> forgotten = new ArrayList<>();
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    for (String part : query.split("&", -1)) {
      if (part.startsWith("forget=")) {
        forgotten.add(part.substring("forget=".length()));
      } else if (!part.isEmpty()) {
        throw new BadInput("online store", "there is no '%s'".formatted(part), "forget=NODE");
      }
    }
    URI bare = URI.create(address.split("\\?", 2)[0]);
    provider.check(bare);
    return (plan, history, home, told) -> {
      if (plan.useCase().data().isFlatTable()) {
        return new OnlineFeatures(plan, history); // a table has no state
      }
      AtomicFiles.writeString(shared(home), bare.getScheme() + "\n");
      return OnlineFeatures.shared(
          plan,
          history,
          new SharedSettings(
              space -> provider.connect(bare, space),
              node(home),
              forgotten,
              home.online(),
              plan.useCase().production().serving().deadline(),
              SharedSettings.AT_ONCE,
              SharedSettings.COMPACT_AT,
              System::nanoTime,
              told));
    };
  }

  /// There once features of this home were kept in a store that several nodes share.
  static Path shared(Home home) {
    return home.online().resolve("shared");
  }

  /// The name of the node that has this home, made once.
  public static String node(Home home) throws IOException {
    Path file = home.online().resolve("node");
    if (!Files.isRegularFile(file)) {
      AtomicFiles.writeString(file, UUID.randomUUID().toString().substring(0, 8) + "\n");
    }
    return Files.readString(file).strip();
  }
}
