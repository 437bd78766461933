package dev.gnomon.engines.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Closing it before its end ends the connection, instead of reading all that is left.
final class Aborting extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> answer;
  private long left;

  Aborting(ResponseInputStream<GetObjectResponse> answer) {
    super(answer);
    this.answer = answer;
    this.left = answer.response().contentLength();
  }

  @Override
  public int read() throws IOException {
    int one = in.read();
    left -= one < 0 ? 0 : 1;
    return one;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int read = in.read(bytes, from, length);
    left -= Math.max(0, read);
    return read;
  }

  @Override
  public void close() throws IOException {
    if (left > 0) {
      answer.abort();
    } else {
      in.close();
    }
  }
}
