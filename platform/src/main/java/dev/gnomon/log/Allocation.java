package dev.gnomon.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Gives a new file real blocks, so that writing to its mapping can't meet a full disk, which would
/// come as a signal in the midst of a store and not as an error.
///
/// `posix_fallocate` does it without writing; where the C library, the file system or the policy
/// for native access does not let us, zeros are written. On a copy-on-write file system neither is
/// a full guarantee.
final class Allocation {
  private static final int NO_SPACE = 28; // ENOSPC
  private static final int FILE_TOO_BIG = 27; // EFBIG: ulimit -f, or the file system's own bound
  private static final int QUOTA = 122; // EDQUOT
  private static final int OPEN_READ_WRITE = 2; // O_RDWR

  /// The three calls; empty on systems other than Linux, whose numbers differ.
  private static final Optional<Native> NATIVE = Native.find();

  private record Native(MethodHandle open, MethodHandle close, MethodHandle allocate) {
    @SuppressWarnings("restricted") // three calls with the types of their C declarations
    static Optional<Native> find() {
      if (!System.getProperty("os.name", "").equals("Linux")
          || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
        return Optional.empty();
      }
      try {
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        var i = ValueLayout.JAVA_INT;
        var l = ValueLayout.JAVA_LONG;
        var variadic = Linker.Option.firstVariadicArg(2);
        return Optional.of(
            new Native(
                linker.downcallHandle(
                    libc.findOrThrow("open"),
                    FunctionDescriptor.of(i, ValueLayout.ADDRESS, i),
                    variadic),
                linker.downcallHandle(libc.findOrThrow("close"), FunctionDescriptor.of(i, i)),
                linker.downcallHandle(
                    libc.findOrThrow("posix_fallocate"), FunctionDescriptor.of(i, i, l, l))));
      } catch (RuntimeException e) {
        return Optional.empty(); // no such symbol, or native access denied: zeros do as well
      }
    }
  }

  private Allocation() {}

  /// @param file exists and is empty
  /// @throws LogFullException if there is no room
  static void allocate(Path file, int bytes) throws IOException {
    int error = NATIVE.isPresent() ? fallocate(NATIVE.get(), file, bytes) : -1;
    switch (error) {
      case 0 -> {}
      case NO_SPACE -> throw full(file, bytes, "no space left on the device");
      case FILE_TOO_BIG -> throw full(file, bytes, "beyond the file size limit");
      case QUOTA -> throw full(file, bytes, "disk quota exceeded");
      default -> writeZeros(file, bytes); // not supported here
    }
  }

  /// The error number, or -1 if the call could not be made.
  private static int fallocate(Native libc, Path file, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(file.toAbsolutePath().toString());
      int descriptor = (int) libc.open().invokeExact(name, OPEN_READ_WRITE);
      if (descriptor < 0) {
        return -1;
      }
      try {
        return (int) libc.allocate().invokeExact(descriptor, 0L, bytes);
      } finally {
        int ignored = (int) libc.close().invokeExact(descriptor);
      }
    } catch (Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return -1;
    }
  }

  static void writeZeros(Path file, int bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(bytes, 1 << 20));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        at += channel.write(zeros, at);
      }
      channel.force(true); // a delayed allocation would meet the full disk only now
    } catch (IOException e) {
      throw full(file, bytes, String.valueOf(e.getMessage()));
    }
  }

  private static LogFullException full(Path file, int bytes, String why) {
    return new LogFullException(
        "log full: no room for a segment of %d bytes in %s: %s; free space there, delete old segments, or move the log"
            .formatted(bytes, file.toAbsolutePath().getParent(), why));
  }
}
