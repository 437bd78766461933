package dev.gnomon.log;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.DirectoryLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// An append-only log of byte records in a directory.
///
/// ```java
/// try (SegmentedLog log = SegmentedLog.open(directory, LogSettings.DEFAULT)) {
///   log.append(DECISION, now, bytes, 0, length);   // survives kill -9 on return
///   log.appendForced(EVENT, now, bytes, 0, length); // survives a power loss on return
/// }
/// ```
///
/// Two promises to choose from. [#append] returns when the record is in a preallocated mapped file,
/// where the operating system keeps it even if the process is killed; a background thread forces
/// the file to disk every [LogSettings#forceEvery], so that a power loss may cost that interval and
/// one force. [#forced()] answers when everything the caller appended before is on disk; callers
/// that ask at the same time share one force.
///
/// Any number of threads append; one process at a time opens the directory. A position is a `long`
/// that grows along the log and is never used twice, also after old segments were deleted.
public final class SegmentedLog implements AutoCloseable {
  /// Before every record.
  public static final long START = 0;

  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Path directory;
  private final LogSettings settings;
  private final DirectoryLock directoryLock;
  private final RecoveryReport recovery;
  private final Forcing forcing;
  private final SecureRandom salts = new SecureRandom(); // against crafted bodies, see RecordFormat

  /// Guards what is not volatile below.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition allocated = lock.newCondition();

  private volatile Segment current;
  private @Nullable Segment next;

  /// Written to the end, not yet known to be on disk; oldest first.
  private final List<Segment> retiring = new ArrayList<>();

  private boolean allocating;
  private @Nullable LogFullException full;
  private long fullSince;
  private @Nullable IOException broken;
  private boolean closed;

  private SegmentedLog(
      Path directory, LogSettings settings, DirectoryLock directoryLock, Recovery.Result recovered)
      throws IOException {
    this.directory = directory;
    this.settings = settings;
    this.directoryLock = directoryLock;
    this.recovery = recovered.report();
    this.current =
        Segment.create(directory, recovered.nextIndex(), settings.segmentBytes(), salts.nextLong());
    this.forcing = new Forcing("log-force-" + directory.getFileName(), settings, this::forcePass);
  }

  /// Creates the directory if there is none; repairs what a killed process left.
  ///
  /// @throws LogFullException if there is no room for the first segment
  /// @throws dev.gnomon.core.Refusal if another process, or this one, has the log open
  public static SegmentedLog open(Path directory, LogSettings settings) throws IOException {
    Files.createDirectories(directory);
    DirectoryLock lock = DirectoryLock.take(directory);
    boolean done = false;
    try {
      SegmentedLog log = new SegmentedLog(directory, settings, lock, Recovery.recover(directory));
      log.start();
      done = true;
      return log;
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  private void start() {
    forcing.start();
    lock.lock();
    try {
      allocateNext();
    } finally {
      lock.unlock();
    }
  }

  /// What opening found and repaired.
  public RecoveryReport recovery() {
    return recovery;
  }

  /// Appends a record; it survives the end of the process on return. Allocates nothing.
  ///
  /// @param type the caller's own; kept as it is
  /// @param time the caller's own, microseconds since the epoch by convention; kept as it is
  /// @return the position of the record
  /// @throws LogFullException if there is no room; the record was not taken
  /// @throws IllegalArgumentException if the body is longer than [LogSettings#maxBodyBytes()]
  public long append(int type, long time, byte[] body, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, body.length);
    checkLength(length);
    CRC32C crc = new CRC32C(); // does not escape: no allocation once compiled
    crc.update(body, offset, length);
    int bodyCrc = (int) crc.getValue();
    while (true) {
      Segment segment = current;
      int at = segment.append(type, time, body, offset, length, bodyCrc);
      if (at >= 0) {
        forcing.wakeIfAsleep();
        return RecordFormat.position(segment.index, at);
      }
      roll(segment);
    }
  }

  /// Same, for the bytes between the buffer's position and limit, which are left as they are.
  public long append(int type, long time, ByteBuffer body) throws IOException {
    checkLength(body.remaining());
    CRC32C crc = new CRC32C();
    int position = body.position();
    crc.update(body);
    body.position(position);
    int bodyCrc = (int) crc.getValue();
    while (true) {
      Segment segment = current;
      int at = segment.append(type, time, body, bodyCrc);
      if (at >= 0) {
        forcing.wakeIfAsleep();
        return RecordFormat.position(segment.index, at);
      }
      roll(segment);
    }
  }

  /// Appends a record and waits until it is on disk. For many records at once, append them and wait
  /// for one [#forced()].
  ///
  /// @throws IOException also if forcing fails; then it is not known whether the record is on disk,
  ///   and the log takes nothing more until it is opened again
  public long appendForced(int type, long time, byte[] body, int offset, int length)
      throws IOException {
    long position = append(type, time, body, offset, length);
    awaitForced();
    return position;
  }

  /// Completes when everything this thread appended before is on disk; exceptionally if forcing
  /// fails. Plain dependents run on the forcing thread: keep them short, or use the `Async` forms.
  public CompletableFuture<Void> forced() {
    return forcing.request();
  }

  /// Waits for [#forced()].
  public void awaitForced() throws IOException {
    Forcing.await(forced());
  }

  private void checkLength(int length) {
    if (length > settings.maxBodyBytes()) {
      throw new IllegalArgumentException(
          "a log record of %d bytes; this log takes at most %d"
              .formatted(length, settings.maxBodyBytes()));
    }
  }

  /// Puts the next segment in place of a used up one, waiting for it if need be: as a rule it lies
  /// ready, and a full disk is answered at once while it is tried again beside.
  private void roll(Segment used) throws IOException {
    lock.lock();
    try {
      long left = settings.patience().toNanos();
      while (current == used) {
        if (closed) {
          throw new IOException("the log in " + directory + " is closed");
        }
        if (broken != null) {
          throw new IOException("the log in %s can't be written: %s".formatted(directory, broken));
        }
        if (next != null) {
          retiring.add(used);
          current = next;
          next = null;
          allocateNext();
        } else if (full != null) {
          if (!allocating && System.nanoTime() - fullSince >= RETRY_NANOS) {
            allocateNext();
          }
          throw full;
        } else if (!allocating) {
          allocateNext();
        } else if (left <= 0) {
          throw new LogFullException(
              "log full: the disk gave no further segment in %s within %d ms"
                  .formatted(directory, settings.patience().toMillis()));
        } else {
          left = await(left);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits for an allocation; returns the time that is left.
  @SuppressWarnings("WaitNotInLoop") // the caller asks again what it waits for
  private long await(long nanos) {
    boolean interrupted = Thread.interrupted();
    long until = System.nanoTime() + nanos;
    try {
      return allocated.awaitNanos(nanos);
    } catch (InterruptedException e) {
      interrupted = true;
      return until - System.nanoTime();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// On a thread of its own: an interrupted producer would close the file under all the others.
  private void allocateNext() {
    allocating = true;
    long index = current.index + 1;
    Thread.ofPlatform().daemon().name("log-allocate").start(() -> allocate(index));
  }

  private void allocate(long index) {
    Segment made = null;
    LogFullException failure = null;
    try {
      made = Segment.create(directory, index, settings.segmentBytes(), salts.nextLong());
    } catch (LogFullException e) {
      failure = e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) { // the last: out of mappings
      failure =
          new LogFullException("log full: no further segment in %s: %s".formatted(directory, e));
    }
    lock.lock();
    try {
      allocating = false;
      next = made;
      full = failure;
      fullSince = System.nanoTime();
      allocated.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Runs on the forcing thread only. False if there was nothing to force.
  private boolean forcePass(Forcing.Progress progress) throws IOException {
    List<Segment> segments;
    long end;
    lock.lock();
    try {
      segments = new ArrayList<>(retiring);
      segments.add(current);
      end = endUnderLock();
    } finally {
      lock.unlock();
    }
    boolean dirty = false;
    try {
      for (Segment segment : segments) {
        boolean complete = segment.isFinished(); // before the force, which then covers all of it
        if (segment.isDirty()) {
          segment.force();
          dirty = true;
        }
        if (complete && segment != current) {
          retire(segment);
        }
      }
    } catch (IOException | RuntimeException | InternalError e) {
      // After a failed force the kernel may have dropped the pages: trying again would lie.
      IOException failure = new IOException("forcing the log in %s failed".formatted(directory), e);
      lock.lock();
      try {
        broken = failure;
      } finally {
        lock.unlock();
      }
      segments.forEach(Segment::seal);
      throw failure;
    }
    progress.forcedTo(end);
    return dirty;
  }

  private void retire(Segment segment) throws IOException {
    lock.lock(); // end() looks into segments under the lock
    try {
      retiring.remove(segment);
      segment.retire(false);
    } finally {
      lock.unlock();
    }
  }

  /// Everything below was appended and can be read.
  public long end() {
    lock.lock();
    try {
      return endUnderLock();
    } finally {
      lock.unlock();
    }
  }

  private long endUnderLock() {
    for (Segment segment : retiring) {
      long frontier = segment.frontier();
      if (!segment.isFinished()) {
        return RecordFormat.position(segment.index, (int) frontier);
      }
    }
    return RecordFormat.position(current.index, (int) current.frontier());
  }

  /// Everything below is on disk.
  public long forcedPosition() {
    return forcing.progress().forced();
  }

  /// Reads from a position, inclusive, to [#end()] as it is now.
  public LogReader read(long from) throws IOException {
    return LogReader.of(directory, from, end());
  }

  /// Deletes the segments all of whose records lie before the position, for instance after their
  /// content was written elsewhere. The segments being written stay.
  ///
  /// @return how many files were deleted
  public int deleteBefore(long position) throws IOException {
    long keep;
    lock.lock();
    try {
      keep = retiring.isEmpty() ? current.index : retiring.getFirst().index;
    } finally {
      lock.unlock();
    }
    int deleted = 0;
    for (SegmentFiles.Found file : SegmentFiles.list(directory)) {
      if (file.index() < Math.min(keep, RecordFormat.indexOf(position))) {
        Files.deleteIfExists(file.path());
        deleted++;
      }
    }
    AtomicFiles.forceDirectory(directory);
    return deleted;
  }

  public LogReadings readings() throws IOException {
    long end;
    Optional<String> why;
    lock.lock();
    try {
      end = endUnderLock();
      why = Optional.ofNullable(full).map(Throwable::getMessage);
    } finally {
      lock.unlock();
    }
    Forcing.Progress progress = forcing.progress();
    return new LogReadings(
        end,
        progress.forced(),
        progress.sinceForce(),
        end > progress.forced() ? progress.sinceClean() : Duration.ZERO,
        progress.lastForce(),
        SegmentFiles.list(directory).size(),
        why);
  }

  /// Forces what is there and seals the log. Appends that come later fail; repeated calls do
  /// nothing.
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      current.seal();
      while (allocating) {
        allocated.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    try {
      Segment last = current;
      while (broken == null && !last.isFinished()) {
        Thread.onSpinWait(); // producers inside have only a copy left to do
      }
      forcing.close();
      if (next != null) {
        next.discard();
      }
      if (broken == null) {
        for (Segment segment : List.copyOf(retiring)) {
          retire(segment);
        }
        last.retire(true);
      }
    } finally {
      directoryLock.close();
    }
  }
}
