package dev.gnomon.server.telemetry;

import dev.gnomon.serving.Decided;
import dev.gnomon.serving.Stages;

/// The trace that one request belongs to, while it is answered.
///
/// @see Tracing#current
public interface Trace {
  /// No trace at all.
  Trace NONE =
      new Trace() {
        @Override
        public String id() {
          return "";
        }

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
      };

  /// 32 hexadecimal digits; empty when there is none.
  String id();

  /// Whether anything is kept of it. If not, nothing needs to be told to it.
  boolean recorded();

  /// Takes in a decision that was made for the request.
  void decided(Decided decided, Stages stages);

  /// The request was answered with a status. This or [#failed] is the last.
  void ended(int status);

  /// Instead of an answer, the handler threw.
  void failed(Throwable failure);
}
