package dev.gnomon.tracking;

/// A request that can't be fulfilled, in the words that MLflow's clients match on.
public final class TrackingError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The codes of the MLflow REST interface that a store can answer with.
  public enum Code {
    INVALID_PARAMETER_VALUE,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
    RESOURCE_CONFLICT,
    PERMISSION_DENIED,
    NOT_IMPLEMENTED,
    TEMPORARILY_UNAVAILABLE
  }

  private final Code code;

  public TrackingError(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  public static TrackingError invalid(String message) {
    return new TrackingError(Code.INVALID_PARAMETER_VALUE, message);
  }

  public static TrackingError missing(String message) {
    return new TrackingError(Code.RESOURCE_DOES_NOT_EXIST, message);
  }

  public static TrackingError exists(String message) {
    return new TrackingError(Code.RESOURCE_ALREADY_EXISTS, message);
  }
}
