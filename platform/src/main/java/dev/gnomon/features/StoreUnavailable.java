package dev.gnomon.features;

/// The shared online store gives no answer that could be trusted: it is away, slow, or not yet
/// filled again. Nothing is known of any key meanwhile.
public final class StoreUnavailable extends RuntimeException {
  @java.io.Serial private static final long serialVersionUID = 1L;

  public StoreUnavailable(String message) {
    super(message, null, false, false);
  }
}
