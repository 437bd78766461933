package dev.gnomon.server;

import java.io.Serial;

/// An error with a status of its own, told to the client as a problem document.
public final class HttpProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;

  public HttpProblem(int status, String title, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  public String detail() {
    String message = getMessage();
    return message == null ? title : message;
  }
}
