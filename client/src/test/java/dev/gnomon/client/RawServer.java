package dev.gnomon.client;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/// Answers each connection by the next line of a script, and remembers what was asked. After the
/// script's end it closes connections without a word.
final class RawServer implements AutoCloseable {
  /// What is done with one connection after its request was read.
  interface Reply {
    void to(OutputStream out) throws IOException, InterruptedException;
  }

  /// @param head request line and headers
  record Asked(String head, String body) {
    String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
          return line.substring(name.length() + 2);
        }
      }
      return "";
    }
  }

  final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final Queue<Reply> script;
  private final ServerSocket socket;
  private final CountDownLatch closed = new CountDownLatch(1);

  RawServer(Reply... script) throws IOException {
    this.script = new ConcurrentLinkedQueue<>(List.of(script));
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "raw server");
    thread.setDaemon(true);
    thread.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /// A whole answer, with lines of headers.
  static Reply answer(int status, String body, String... headers) {
    return out -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " x\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      head.append("Connection: close\r\nContent-Length: " + bytes.length + "\r\n\r\n");
      out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
    };
  }

  static Reply bytes(String bytes) {
    return out -> out.write(bytes.getBytes(StandardCharsets.UTF_8));
  }

  static Reply hangUp() {
    return out -> {};
  }

  /// Sends that much and then nothing more until the server is closed.
  Reply hang(String first) {
    return out -> {
      out.write(first.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      closed.await();
    };
  }

  /// Adds to the script.
  RawServer then(Reply reply) {
    script.add(reply);
    return this;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept()) {
        asked.add(read(new DataInputStream(one.getInputStream())));
        Reply reply = script.poll();
        if (reply != null) {
          reply.to(one.getOutputStream());
          one.shutdownOutput();
        }
      } catch (IOException e) {
        // The client hung up, or the test is over.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static Asked read(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    Asked begun = new Asked(head.toString(), "");
    String length = begun.header("content-length");
    byte[] body = new byte[length.isEmpty() ? 0 : Integer.parseInt(length)];
    in.readFully(body);
    return new Asked(begun.head(), new String(body, StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
  }
}
