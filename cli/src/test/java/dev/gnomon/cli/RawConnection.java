package dev.gnomon.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A connection over which any bytes go, and answers are read one by one. Opened anew when the
/// other end closed it.
final class RawConnection implements AutoCloseable {
  private final int port;
  private @Nullable Socket socket;
  private @Nullable InputStream in;

  /// @param status 0 when the server closed without an answer
  record Reply(int status, String head, String body) {
    static final Reply CLOSED = new Reply(0, "", "");
  }

  RawConnection(int port) {
    this.port = port;
  }

  /// Sends a request and reads its answer.
  ///
  /// @param last whether nothing comes after it: then the answer ends with the connection
  /// @param bodyless whether the answer has no body, as to HEAD
  Reply exchange(byte[] request, boolean last, boolean bodyless) throws IOException {
    if (socket == null) {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(20_000);
      in = new BufferedInputStream(socket.getInputStream());
    }
    try {
      socket.getOutputStream().write(request);
      if (last) {
        socket.shutdownOutput();
      }
      Reply reply = read(bodyless);
      if (last || reply.head.toLowerCase(Locale.ROOT).contains("connection: close")) {
        drop();
      }
      return reply;
    } catch (EOFException | java.net.SocketException e) {
      drop();
      return Reply.CLOSED;
    }
  }

  private Reply read(boolean bodyless) throws IOException {
    String head = head();
    int status = Integer.parseInt(head.split(" ", 3)[1]);
    if (status == 100) {
      return read(bodyless);
    }
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length: ");
    int length =
        at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)).strip());
    if (bodyless || status == 304 || status == 204) {
      length = 0;
    }
    byte[] body = stream().readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    return new Reply(status, head, new String(body, StandardCharsets.UTF_8));
  }

  private String head() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = stream().read();
      if (b < 0) {
        throw new EOFException();
      }
      out.write(b);
      matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
    }
    String head = out.toString(StandardCharsets.ISO_8859_1);
    // The protocol's name is the one that was asked by, also a misspelt one.
    if (!head.matches("(?s)\\S+/[0-9]\\.[0-9] [1-5][0-9][0-9] .*")) {
      throw new IOException("not an answer: " + head);
    }
    return head;
  }

  private InputStream stream() {
    return java.util.Objects.requireNonNull(in);
  }

  @Override
  public void close() throws IOException {
    drop();
  }

  /// Closes the connection; the next request opens another.
  void drop() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
