package dev.gnomon.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/// The process that the crash tests kill: two producers append until the end, and each acknowledged
/// record is told on standard output as producer (1 byte) and number (4 bytes).
final class LogChild {
  private LogChild() {}

  /// The body of a record follows from its producer and number, so that a test can check every
  /// byte.
  static byte[] body(int producer, int number) {
    SplittableRandom random = new SplittableRandom((long) producer << 32 | number);
    byte[] body = new byte[8 + random.nextInt(600)];
    random.nextBytes(body);
    ByteBuffer.wrap(body).putInt(producer).putInt(number);
    return body;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int segmentBytes = Integer.parseInt(arguments[1]);
    boolean forced = Boolean.parseBoolean(arguments[2]);
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    SegmentedLog log;
    try {
      log = SegmentedLog.open(directory, new LogSettings(segmentBytes, Duration.ofMillis(5)));
    } catch (LogFullException e) {
      complain(e);
      return;
    }
    Thread second = Thread.ofPlatform().start(() -> produce(log, out, 1, forced));
    produce(log, out, 0, forced);
    second.join();
    log.close();
  }

  private static void produce(
      SegmentedLog log, FileOutputStream out, int producer, boolean forced) {
    ByteBuffer told = ByteBuffer.allocate(5).put((byte) producer);
    try {
      for (int number = 0; ; number++) {
        byte[] body = body(producer, number);
        if (forced) {
          log.appendForced(producer, number, body, 0, body.length);
        } else {
          log.append(producer, number, body, 0, body.length);
        }
        out.write(told.putInt(1, number).array()); // one write, so that the two never mix
      }
    } catch (LogFullException e) {
      complain(e);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void complain(LogFullException e) {
    new PrintStream(new FileOutputStream(FileDescriptor.err), true)
        .println("FULL " + e.getMessage());
  }
}
