package dev.gnomon.server.pages;

import dev.gnomon.core.Problem;
import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.ErrorForm;
import java.util.List;

/// Errors as pages.
final class PageErrors implements ErrorForm {
  @Override
  public Answer answer(int status, String title, String detail, List<Problem> errors) {
    StringBuilder main =
        new StringBuilder("<h1>")
            .append(Html.escape(title))
            .append("</h1><p class=\"lead\">")
            .append(Html.escape(detail))
            .append("</p>");
    if (!errors.isEmpty()) {
      main.append("<ul>");
      errors.forEach(
          error -> main.append("<li>").append(Html.escape(error.line())).append("</li>"));
      main.append("</ul>");
    }
    return Pages.plain(
        status, title, main.append("<p><a href=\"/\">All use cases</a></p>").toString());
  }

  @Override
  public String description() {
    return "A page that says what is wrong";
  }

  @Override
  public String contentType() {
    return Answer.HTML;
  }
}
