package dev.gnomon.tracking;

import java.util.function.Supplier;

/// On whose behalf a thread calls [Tracking], where a call does not say so itself and a change is
/// kept with who made it.
public final class Caller {
  private static final ScopedValue<String> NAME = ScopedValue.newInstance();

  private Caller() {}

  /// The name of a token or person; `nobody` where none was said.
  public static String name() {
    return NAME.orElse("nobody");
  }

  /// Does something on behalf of somebody.
  public static <T> T as(String name, Supplier<T> work) {
    return ScopedValue.where(NAME, name).call(work::get);
  }
}
