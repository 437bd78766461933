package dev.gnomon.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Sends bytes over a socket and reads one answer, so that a test sees what stands on the wire.
final class RawHttp {
  private RawHttp() {}

  /// @param head the status line and headers, as they came
  record Reply(int status, String head, String body) {}

  /// What Python's `requests` sends for `post(url, data=body)`: no media type.
  static byte[] pythonData(int port, String path, String body) {
    return python(port, path, "", body);
  }

  /// What Python's `requests` sends for `post(url, json=…)`.
  static byte[] pythonJson(int port, String path, String body) {
    return python(port, path, "Content-Type: application/json\r\n", body);
  }

  private static byte[] python(int port, String path, String type, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost:%d\r\nUser-Agent: python-requests/2.32.3\r\n"
                .formatted(path, port)
            + "Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n"
            + "Content-Length: %d\r\n%s\r\n".formatted(content.length, type);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(content);
    return all.toByteArray();
  }

  static Reply exchange(int port, byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.readUnsignedByte());
      }
      String lower = head.toString().toLowerCase(Locale.ROOT);
      int at = lower.indexOf("content-length: ") + 16;
      byte[] body = new byte[Integer.parseInt(lower.substring(at, lower.indexOf('\r', at)))];
      in.readFully(body);
      return new Reply(
          Integer.parseInt(head.substring(9, 12)),
          head.toString(),
          new String(body, StandardCharsets.UTF_8));
    }
  }
}
