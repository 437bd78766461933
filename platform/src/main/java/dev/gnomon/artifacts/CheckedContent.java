package dev.gnomon.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Reads a range of a content block by block; gives out nothing of a block before the whole of it
/// was found to be what was written.
final class CheckedContent extends InputStream {
  private final Contents contents;
  private final String sha256;
  private final long size;
  private final long until;
  private final byte[] block;
  private @Nullable InputStream in;
  private int @Nullable [] sums;
  private long next;
  private long at;
  private int from;
  private int to;

  CheckedContent(Contents contents, Contents.Content content, long from, long until) {
    long size = content.size();
    if (from < 0 || from > until || until > size) {
      throw new IllegalArgumentException("%d to %d of %d bytes".formatted(from, until, size));
    }
    this.contents = contents;
    this.sha256 = content.sha256();
    this.size = size;
    this.at = from;
    this.until = until;
    this.next = from - from % BlockSums.BLOCK;
    this.block = new byte[(int) Math.min(BlockSums.BLOCK, size)];
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] out, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at >= until) {
      if (size == 0 && next == 0) {
        fill();
      }
      return -1;
    }
    if (from == to) {
      fill();
    }
    int take = Math.min(length, to - from);
    System.arraycopy(block, from, out, offset, take);
    from += take;
    at += take;
    return take;
  }

  private void fill() throws IOException {
    InputStream source = in;
    if (source == null) {
      long end = Math.min(size, (until + BlockSums.BLOCK - 1) / BlockSums.BLOCK * BlockSums.BLOCK);
      try {
        source = contents.store().read(ObjectKeys.content(sha256), next, end);
      } catch (NoSuchFileException _) {
        throw damaged("content %s is gone".formatted(sha256));
      }
      in = source;
    }
    int length = (int) Math.min(BlockSums.BLOCK, size - next);
    int found = source.readNBytes(block, 0, length);
    if (found < length || !right(length)) {
      throw damaged(
          "content %s is damaged between byte %d and %d".formatted(sha256, next, next + length));
    }
    from = (int) (at - next);
    to = (int) Math.min(length, until - next);
    next += Math.max(1, length);
  }

  private boolean right(int length) throws IOException {
    if (size <= BlockSums.BLOCK) {
      MessageDigest digest = Contents.digest();
      digest.update(block, 0, length);
      return Contents.hex(digest).equals(sha256);
    }
    return BlockSums.sum(block, length) == sums()[(int) (next / BlockSums.BLOCK)];
  }

  private int[] sums() throws IOException {
    int[] known = sums;
    if (known == null) {
      int count = Math.toIntExact((size + BlockSums.BLOCK - 1) / BlockSums.BLOCK);
      byte[] bytes =
          contents.store().get(ObjectKeys.sums(sha256), Integer.MAX_VALUE / 4).orElse(new byte[0]);
      if (bytes.length != count * Integer.BYTES) {
        throw damaged("the sums of content %s are damaged".formatted(sha256));
      }
      known = new int[count];
      ByteBuffer.wrap(bytes).asIntBuffer().get(known);
      sums = known;
    }
    return known;
  }

  private DamagedArtifact damaged(String what) {
    contents.damaged().add(sha256);
    return new DamagedArtifact(what);
  }

  @Override
  public void close() throws IOException {
    InputStream source = in;
    if (source != null) {
      source.close();
    }
  }
}
