package dev.gnomon.server.inference;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// `gzip` (RFC 1952) and `deflate` (RFC 1950, or the bare RFC 1951 that some clients send) of whole
/// bodies. What comes out is bounded, whatever went in.
enum ContentCoding {
  GZIP,
  DEFLATE;

  /// Smaller answers are sent as they are: compressing them costs more than it saves.
  static final int LEAST = 1_024;

  private static final int HEADER = 10;
  private static final int TRAILER = 8;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The body as it was before its client encoded it.
  ///
  /// @param encoding the header; empty or `identity` for none
  /// @param most bytes
  static byte[] decode(Optional<String> encoding, byte[] body, int most) {
    return switch (encoding.map(text -> text.strip().toLowerCase(Locale.ROOT)).orElse("")) {
      case "", "identity" -> body;
      case "gzip", "x-gzip" -> GZIP.decode(body, most);
      case "deflate" -> DEFLATE.decode(body, most);
      default ->
          throw new InferenceError(
              InferenceError.Kind.MEDIA_TYPE,
              "Content-Encoding: '%s' is not read; gzip and deflate are"
                  .formatted(Shown.of(encoding.orElseThrow())));
    };
  }

  /// The one to answer in: gzip if the client takes both.
  ///
  /// @param accepted the header
  static Optional<ContentCoding> of(Optional<String> accepted) {
    if (accepted.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = accepted.get().toLowerCase(Locale.ROOT).split(",", 32);
    for (ContentCoding coding : values()) {
      for (String part : parts) {
        String[] words = part.split(";", 2);
        boolean refused = words.length > 1 && words[1].strip().matches("q=0(\\.0*)?");
        if (words[0].strip().equals(coding.word()) && !refused) {
          return Optional.of(coding);
        }
      }
    }
    return Optional.empty();
  }

  private byte[] decode(byte[] body, int most) {
    int begin = this == GZIP ? afterHeader(body) : 0;
    boolean bare = this == GZIP || !zlib(body);
    Inflater inflater = new Inflater(bare);
    try {
      inflater.setInput(body, begin, body.length - begin);
      ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(most, 4 * body.length + 64));
      byte[] chunk = new byte[8_192];
      while (!inflater.finished()) {
        int read = inflater.inflate(chunk);
        if (read == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw wrong("it ends too early");
        }
        if (out.size() + read > most) {
          throw new InferenceError(
              InferenceError.Kind.TOO_LARGE, "At most %d bytes are taken.".formatted(most));
        }
        out.write(chunk, 0, read);
      }
      byte[] plain = out.toByteArray();
      int rest = inflater.getRemaining();
      if (this == GZIP) {
        trailer(body, body.length - rest, plain);
      } else if (rest != 0) {
        throw wrong("something follows it");
      }
      return plain;
    } catch (DataFormatException e) {
      throw wrong(String.valueOf(e.getMessage()));
    } finally {
      inflater.end();
    }
  }

  private InferenceError wrong(String found) {
    return InferenceError.invalid("body: it is not valid %s: %s".formatted(word(), found));
  }

  private static boolean zlib(byte[] body) {
    return body.length >= 2
        && (body[0] & 0x0f) == 8
        && (((body[0] & 0xff) << 8) | (body[1] & 0xff)) % 31 == 0;
  }

  private int afterHeader(byte[] body) {
    if (body.length < HEADER + TRAILER
        || (body[0] & 0xff) != 0x1f
        || (body[1] & 0xff) != 0x8b
        || body[2] != 8) {
      throw wrong("it does not begin as gzip does");
    }
    int flags = body[3];
    int at = HEADER;
    if ((flags & 4) != 0) {
      at += 2 + (body[at] & 0xff) + ((body[at + 1] & 0xff) << 8);
    }
    // Name and comment, each to its zero byte.
    for (int flag = 8; flag <= 16; flag <<= 1) {
      if ((flags & flag) != 0) {
        while (at < body.length && body[at] != 0) {
          at++;
        }
        at++;
      }
    }
    if ((flags & 2) != 0) {
      at += 2;
    }
    if (at + TRAILER > body.length) {
      throw wrong("it ends within its header");
    }
    return at;
  }

  private void trailer(byte[] body, int at, byte[] plain) {
    if (body.length - at != TRAILER) {
      throw wrong(body.length - at < TRAILER ? "it ends too early" : "something follows it");
    }
    CRC32 crc = new CRC32();
    crc.update(plain);
    if (little(body, at) != (int) crc.getValue() || little(body, at + 4) != plain.length) {
      throw wrong("its checksum differs");
    }
  }

  private static int little(byte[] body, int at) {
    return (body[at] & 0xff)
        | ((body[at + 1] & 0xff) << 8)
        | ((body[at + 2] & 0xff) << 16)
        | (body[at + 3] << 24);
  }

  /// The encoded body.
  byte[] encode(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 3 + 64);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, this == GZIP);
    try {
      if (this == GZIP) {
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});
      }
      deflater.setInput(plain);
      deflater.finish();
      byte[] chunk = new byte[8_192];
      while (!deflater.finished()) {
        out.write(chunk, 0, deflater.deflate(chunk));
      }
      if (this == GZIP) {
        CRC32 crc = new CRC32();
        crc.update(plain);
        for (int value : new int[] {(int) crc.getValue(), plain.length}) {
          for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
          }
        }
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
