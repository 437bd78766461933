package dev.gnomon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Passes connections on to a server, and cuts some of them off after so many bytes.
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final int port;
  private final long after;
  private final AtomicInteger cuts;

  /// Bytes from the client and from the server.
  final AtomicLong up = new AtomicLong();

  final AtomicLong down = new AtomicLong();

  /// @param port of the server
  /// @param cuts how many connections are cut off
  /// @param after so many bytes of either direction
  CuttingProxy(int port, int cuts, long after) throws IOException {
    this.port = port;
    this.after = after;
    this.cuts = new AtomicInteger(cuts);
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        AtomicLong passed = new AtomicLong();
        Thread.ofVirtual().start(() -> pass(client, server, up, passed));
        Thread.ofVirtual().start(() -> pass(server, client, down, passed));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to, AtomicLong count, AtomicLong passed) {
    byte[] buffer = new byte[8_192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        count.addAndGet(n);
        if (passed.addAndGet(n) > after && cuts.getAndDecrement() > 0) {
          return;
        }
      }
    } catch (IOException e) {
      // The other direction ended.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
