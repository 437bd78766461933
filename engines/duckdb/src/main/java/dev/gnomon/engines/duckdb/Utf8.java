package dev.gnomon.engines.duckdb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Finds the place where bytes stop being UTF-8.
final class Utf8 {
  private Utf8() {}

  /// The position, from 0, of the first malformed byte; -1 when there is none.
  static long firstInvalid(InputStream in) throws IOException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    CharBuffer chars = CharBuffer.allocate(1 << 16);
    long before = 0;
    while (true) {
      int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
      boolean end = read < 0;
      bytes.position(bytes.position() + Math.max(read, 0)).flip();
      chars.clear();
      CoderResult result = decoder.decode(bytes, chars, end);
      if (result.isError()) {
        return before + bytes.position();
      }
      before += bytes.position();
      bytes.compact();
      if (end) {
        return -1;
      }
    }
  }
}
