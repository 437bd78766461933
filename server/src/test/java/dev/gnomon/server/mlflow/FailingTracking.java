package dev.gnomon.server.mlflow;

import dev.gnomon.tracking.Tracking;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tracking that fails as often as it is told, and then works.
final class FailingTracking {
  private final AtomicInteger left = new AtomicInteger();
  private final Tracking tracking;
  private volatile Supplier<RuntimeException> failure = IllegalStateException::new;

  /// @param behind what works; null when it never shall
  FailingTracking(@Nullable Tracking behind) {
    tracking =
        (Tracking)
            Proxy.newProxyInstance(
                Tracking.class.getClassLoader(),
                new Class<?>[] {Tracking.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    return null;
                  }
                  if (behind == null || left.getAndDecrement() > 0) {
                    throw failure.get();
                  }
                  try {
                    return method.invoke(behind, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  Tracking tracking() {
    return tracking;
  }

  void fail(int times, Supplier<RuntimeException> how) {
    failure = how;
    left.set(times);
  }
}
