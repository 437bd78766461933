package dev.gnomon.core.html;

import java.util.List;
import java.util.Locale;

/// Writes one picture. Colours come from the page's style sheet through classes, so that a picture
/// follows light and dark; sizes are in the units of the view box and scale with the page.
public final class Svg {
  private final StringBuilder out = new StringBuilder(4096);

  public Svg(int width, int height, String title) {
    out.append("<svg viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append("\" role=\"img\" aria-label=\"")
        .append(Html.escape(title))
        .append("\">");
  }

  public Svg line(double x1, double y1, double x2, double y2, String style) {
    out.append("<line x1=\"").append(n(x1)).append("\" y1=\"").append(n(y1));
    out.append("\" x2=\"").append(n(x2)).append("\" y2=\"").append(n(y2));
    return end(style);
  }

  public Svg rect(double x, double y, double width, double height, String style) {
    out.append("<rect x=\"").append(n(x)).append("\" y=\"").append(n(y));
    out.append("\" width=\"").append(n(Math.max(0, width)));
    out.append("\" height=\"").append(n(Math.max(0, height)));
    return end(style);
  }

  public Svg circle(double x, double y, double radius, String style) {
    out.append("<circle cx=\"").append(n(x)).append("\" cy=\"").append(n(y));
    out.append("\" r=\"").append(n(radius));
    return end(style);
  }

  /// @param xy alternating x and y
  public Svg path(List<double[]> xy, String style) {
    out.append("<path d=\"");
    char command = 'M';
    for (double[] point : xy) {
      out.append(command).append(n(point[0])).append(' ').append(n(point[1]));
      command = 'L';
    }
    return end(style);
  }

  /// @param anchor `start`, `middle` or `end`
  public Svg text(double x, double y, String anchor, String style, String text) {
    out.append("<text x=\"").append(n(x)).append("\" y=\"").append(n(y));
    out.append("\" text-anchor=\"").append(anchor).append("\" class=\"").append(style);
    out.append("\">").append(Html.escape(text)).append("</text>");
    return this;
  }

  /// What follows, up to [#endLink], leads to an address.
  public Svg link(String address) {
    out.append("<a href=\"").append(Html.escape(address)).append("\">");
    return this;
  }

  /// As above, with a name for what has no text inside.
  public Svg link(String address, String name) {
    out.append("<a href=\"").append(Html.escape(address)).append("\" aria-label=\"");
    out.append(Html.escape(name)).append("\">");
    return this;
  }

  public Svg endLink() {
    out.append("</a>");
    return this;
  }

  /// Text that runs upwards, for the name of a vertical axis.
  public Svg upright(double x, double y, String style, String text) {
    out.append("<text transform=\"translate(").append(n(x)).append(' ').append(n(y));
    out.append(") rotate(-90)\" text-anchor=\"middle\" class=\"").append(style);
    out.append("\">").append(Html.escape(text)).append("</text>");
    return this;
  }

  public String end() {
    return out + "</svg>";
  }

  private Svg end(String style) {
    out.append("\" class=\"").append(style).append("\"/>");
    return this;
  }

  private static String n(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
