package dev.gnomon.server.pages;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.Promotions;
import dev.gnomon.server.Answer;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.server.Request;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What the forms of a model's page do. What is refused is said on the page itself.
enum ModelActions {
  PROMOTE,
  APPROVE,
  REJECT,
  ROLLBACK;

  /// Shows the page again with why it was refused.
  interface Again {
    Answer page(int status, String wrong);
  }

  Answer act(Promotions promotions, Request request, Again again) {
    String model = request.segments().getFirst();
    if (!request.caller().mayUseNamed(model)) {
      throw new HttpProblem(
          403,
          "Forbidden",
          "The token '%s' is for other use cases.".formatted(request.caller().name()));
    }
    if ((this == APPROVE || this == REJECT) && !request.caller().mayApprove(model)) {
      throw new HttpProblem(
          403,
          "Forbidden",
          "'%s' may not approve: that needs a token made with --approve."
              .formatted(request.caller().name()));
    }
    Map<String, String> fields = Form.fields(request.body());
    try {
      String why = why(fields);
      String done = done(promotions, model, fields, request, why);
      return seeOther(model, done, fields.getOrDefault("version", ""));
    } catch (BadInput e) {
      return again.page(400, text(e.problems()));
    } catch (Refusal e) {
      return again.page(409, text(e.reasons()));
    }
  }

  private String done(
      Promotions promotions,
      String model,
      Map<String, String> fields,
      Request request,
      String why) {
    String who = request.caller().name();
    return switch (this) {
      case PROMOTE -> {
        Promotions.Outcome outcome =
            promotions.promote(
                model,
                version(fields),
                new Promotions.Actor(who, request.caller().role().covers(Role.ADMIN)),
                fields.getOrDefault("override", "").equals("yes"),
                why);
        yield switch (outcome) {
          case Promotions.Outcome.Promoted _ -> "promoted";
          case Promotions.Outcome.Waiting _ -> "waiting";
        };
      }
      case APPROVE -> {
        var _ = promotions.approve(model, version(fields), who, why);
        yield "approved";
      }
      case REJECT -> {
        var _ = promotions.reject(model, version(fields), who, why);
        yield "rejected";
      }
      case ROLLBACK -> {
        var _ = promotions.rollback(model, who, why);
        yield "back";
      }
    };
  }

  private static int version(Map<String, String> fields) {
    String text = fields.getOrDefault("version", "");
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new BadInput("version", "'" + Words.cut(text, 40) + "'", "the number of a version");
    }
    return Integer.parseInt(text);
  }

  /// Whoever looks at the ledger later asks why.
  private static String why(Map<String, String> fields) {
    String why = fields.getOrDefault("why", "").strip();
    if (why.isEmpty()) {
      throw new BadInput("reason", "none was given", "a sentence for the ledger");
    }
    return why;
  }

  private static String text(List<Problem> problems) {
    return problems.stream().map(Problem::line).collect(Collectors.joining("; "));
  }

  private static Answer seeOther(String model, String done, String version) {
    Address address = ModelWords.address(model).with("done", done);
    boolean one = version.matches("[1-9][0-9]{0,8}") && !done.equals("back");
    return new Answer(
        303,
        "text/plain",
        new byte[0],
        Map.of("Location", (one ? address.with("of", version) : address).text()));
  }
}
