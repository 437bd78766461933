package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;

/// Test rows that also stand in the training or validation part.
///
/// @param withKey equal in key, time, every input and the label
/// @param withoutKey equal in every input and the label
/// @param positives those of `withoutKey` whose label is 1
record DuplicateRows(int withKey, int withoutKey, int positives) {

  static DuplicateRows count(TrainingSet set, Split split) {
    MessageDigest digest = Units.sha256();
    Set<ByteBuffer> plain = new HashSet<>();
    Set<ByteBuffer> keyed = new HashSet<>();
    for (int row : split.test()) {
      plain.add(print(digest, set, row, false));
      keyed.add(print(digest, set, row, true));
    }
    Set<ByteBuffer> plainSeen = new HashSet<>();
    Set<ByteBuffer> keyedSeen = new HashSet<>();
    for (int[] part : new int[][] {split.train(), split.validation()}) {
      for (int row : part) {
        ByteBuffer print = print(digest, set, row, false);
        if (plain.contains(print)) {
          plainSeen.add(print);
          ByteBuffer withKey = print(digest, set, row, true);
          if (keyed.contains(withKey)) {
            keyedSeen.add(withKey);
          }
        }
      }
    }
    int withKey = 0;
    int withoutKey = 0;
    int positives = 0;
    for (int row : split.test()) {
      if (plainSeen.contains(print(digest, set, row, false))) {
        withoutKey++;
        positives += set.labels()[row] == 1 ? 1 : 0;
        withKey += keyedSeen.contains(print(digest, set, row, true)) ? 1 : 0;
      }
    }
    return new DuplicateRows(withKey, withoutKey, positives);
  }

  private static ByteBuffer print(MessageDigest digest, TrainingSet set, int row, boolean key) {
    byte[] number = new byte[Long.BYTES];
    for (int c = 0; c < set.plan().inputs(); c++) {
      switch (set.rows().column(c)) {
        case Column.Numbers n -> number(digest, number, Double.doubleToLongBits(n.values()[row]));
        case Column.Moments m -> number(digest, number, m.micros()[row]);
        case Column.Texts t -> text(digest, t.dictionary().text(t.codes()[row]));
      }
    }
    number(digest, number, Double.doubleToLongBits(set.labels()[row]));
    if (key) {
      number(digest, number, set.observedAt()[row]);
      text(digest, set.keys().dictionary().text(set.keys().codes()[row]));
    }
    return ByteBuffer.wrap(digest.digest(), 0, 16);
  }

  private static void number(MessageDigest digest, byte[] buffer, long bits) {
    ByteBuffer.wrap(buffer).putLong(bits);
    digest.update(buffer);
  }

  private static void text(MessageDigest digest, @org.jspecify.annotations.Nullable String text) {
    if (text != null) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
    digest.update((byte) (text == null ? 1 : 0));
  }
}
