package dev.gnomon.server.security;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// One [Rate] per client address, for a bounded number of addresses: those that rest are forgotten,
/// and when too many do not, the further ones share one.
final class ClientRates {
  private static final int MOST = 10_000;

  private final double perSecond;
  private final long burst;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Rate> byClient = new ConcurrentHashMap<>();
  private final Rate others;

  ClientRates(double perSecond, long burst, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanos = nanos;
    this.others = new Rate(perSecond, burst, nanos);
  }

  Rate of(String client) {
    Rate known = byClient.get(client);
    if (known != null) {
      return known;
    }
    if (byClient.size() >= MOST) {
      byClient.values().removeIf(Rate::rested);
      if (byClient.size() >= MOST) {
        return others;
      }
    }
    return byClient.computeIfAbsent(client, one -> new Rate(perSecond, burst, nanos));
  }
}
