package dev.gnomon.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Parts of files, and their SHA-256.
final class FileDigest {
  private FileDigest() {}

  /// In hexadecimal.
  static String of(Path file, long from, long until) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = part(file, from, until)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    StringBuilder hex = new StringBuilder(64);
    for (byte one : digest.digest()) {
      hex.append(Character.forDigit((one >> 4) & 15, 16)).append(Character.forDigit(one & 15, 16));
    }
    return hex.toString();
  }

  /// The bytes from `from` up to before `until`, or fewer when the file became shorter.
  static InputStream part(Path file, long from, long until) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    channel.position(from);
    return new FilterInputStream(Channels.newInputStream(channel)) {
      private long left = until - from;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int at, int length) throws IOException {
        if (left <= 0) {
          return -1;
        }
        int read = in.read(bytes, at, (int) Math.min(left, length));
        left -= Math.max(0, read);
        return read;
      }
    };
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
