package dev.gnomon.server.telemetry;

import dev.gnomon.serving.Decided;
import dev.gnomon.serving.Stages;

/// A trace that others keep; here only its name is known.
record NamedTrace(String id) implements Trace {
  @Override
  public boolean recorded() {
    return false;
  }

  @Override
  public void decided(Decided decided, Stages stages) {}

  @Override
  public void ended(int status) {}

  @Override
  public void failed(Throwable failure) {}
}
