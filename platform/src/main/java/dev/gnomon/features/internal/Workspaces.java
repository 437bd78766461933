package dev.gnomon.features.internal;

import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.KeyEvent;
import dev.gnomon.operators.KeyReader;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Working memory for whoever reads or writes the state of a key. A thread mostly gets back what it
/// had before, so that it stays in the cache of its processor: one memory per lock of the store
/// would be cold at every request. Any number may be out at a time; what finds no place on its way
/// back is dropped.
final class Workspaces {
  private static final int PLACES = 32;

  private final EventProgram[] programs;
  private final AtomicReferenceArray<Workspace> idle = new AtomicReferenceArray<>(PLACES);

  /// What one thread works with, by source.
  static final class Workspace {
    final KeyReader[] readers;
    final KeyEvent[] incoming;
    final Hash128 hash = new Hash128();

    /// Keeps what was touched ahead of reading, see [dev.gnomon.operators.EventColumns].
    long touched;

    private Workspace(EventProgram[] programs) {
      readers = new KeyReader[programs.length];
      incoming = new KeyEvent[programs.length];
      for (int s = 0; s < programs.length; s++) {
        readers[s] = new KeyReader(programs[s]);
        incoming[s] = new KeyEvent(programs[s]);
      }
    }
  }

  Workspaces(SourceProgram[] sources) {
    this.programs = new EventProgram[sources.length];
    for (int s = 0; s < sources.length; s++) {
      programs[s] = sources[s].events();
    }
  }

  /// One that nobody else uses until it is given back.
  Workspace take() {
    Workspace own = idle.getAndSet(place(), null);
    return own == null ? new Workspace(programs) : own;
  }

  void giveBack(Workspace workspace) {
    idle.set(place(), workspace);
  }

  private static int place() {
    return (int) Thread.currentThread().threadId() & (PLACES - 1);
  }
}
