package dev.gnomon.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;

/// One control change. Entries are only ever added; each carries a hash over itself and the hash of
/// the one before, so that an entry that was altered, inserted or taken out breaks the chain there.
///
/// Cutting off the newest entries leaves a shorter chain that is whole in itself: keep the hash of
/// the last entry somewhere else (a backup's manifest does) to notice that too.
///
/// @param sequence from 1, without gaps
/// @param at never before the entry before, even if the clock was set back
/// @param kind what happened: `register`, `alias`, or another capability's word
/// @param subject what it happened to within the use case: a version, an alias
/// @param content the new state, as the kind defines it; no personal data
/// @param who the person or program that asked for it
/// @param hash 64 hexadecimal digits
public record LedgerEntry(
    long sequence,
    Instant at,
    String kind,
    String useCase,
    String subject,
    String content,
    String who,
    String why,
    String hash) {
  /// Stands for the hash before the first entry.
  static final String NONE = "0".repeat(64);

  /// The entry with its hash.
  static LedgerEntry chained(
      String previousHash,
      long sequence,
      Instant at,
      String kind,
      String useCase,
      String subject,
      String content,
      String who,
      String why) {
    LedgerEntry bare =
        new LedgerEntry(sequence, at, kind, useCase, subject, content, who, why, NONE);
    return new LedgerEntry(
        sequence, at, kind, useCase, subject, content, who, why, bare.hashAfter(previousHash));
  }

  /// The hash this entry must have. Every field goes in with its length before it, so that text
  /// can't move from one field to the next unnoticed.
  String hashAfter(String previousHash) {
    MessageDigest digest = BundleManifest.sha256();
    add(digest, previousHash);
    add(digest, Long.toString(sequence));
    add(digest, at.toString());
    for (String field : new String[] {kind, useCase, subject, content, who, why}) {
      add(digest, field);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
  }
}
