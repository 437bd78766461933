package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ControlChange.Approval.State;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Verdict.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The forms with which people promote, approve, reject and go back; who may not is told what is
/// needed.
final class ModelForms {
  private static final String WHY = "required=\"required\" maxlength=\"2000\" size=\"40\"";

  private final StringBuilder out;
  private final ModelView model;
  private final Promotions promotions;
  private final Principal caller;

  ModelForms(StringBuilder out, ModelView model, Promotions promotions, Principal caller) {
    this.out = out;
    this.model = model;
    this.promotions = promotions;
    this.caller = caller;
  }

  /// Versions that somebody asked for and nobody answered.
  List<Promotions.Question> open() {
    return promotions.questions(model.name()).stream()
        .filter(question -> question.state() == State.REQUESTED)
        .toList();
  }

  void waiting(List<Promotions.Question> open) {
    if (open.isEmpty()) {
      return;
    }
    out.append("<section aria-labelledby=\"waiting\"><h2 id=\"waiting\">Waiting for approval</h2>");
    for (Promotions.Question question : open) {
      out.append("<article class=\"ask\"><p><strong>Version ");
      out.append(ModelWords.number(model.name(), question.version())).append("</strong>: ");
      out.append(Html.escape(Words.cut(question.requester(), 120))).append(" asked on ");
      out.append(Words.time(question.at())).append(" UTC");
      if (!question.why().isEmpty()) {
        out.append(": ").append(Html.escape(Words.cut(question.why(), 500)));
      }
      out.append("</p>");
      answer(question);
      out.append("</article>");
    }
    out.append("</section>");
  }

  private void answer(Promotions.Question question) {
    if (!caller.mayApprove(model.name())) {
      out.append("<p class=\"soft\">Whoever may approve answers here: a token made with <code>");
      out.append("--approve</code>.</p>");
      return;
    }
    boolean asker =
        question.requester().equals(caller.name()) && promotions.approvalRequired(model.name());
    if (asker) {
      out.append("<p class=\"soft\">You asked for it: another person must approve.</p>");
    }
    begin(asker ? "reject" : "approve");
    out.append(Fields.hidden("version", Integer.toString(question.version())));
    out.append("<p class=\"row\">");
    why("why-" + question.version(), "Reason");
    if (!asker) {
      out.append("<button>Approve</button>");
    }
    out.append("<button class=\"plain\" formaction=\"");
    out.append(action("reject")).append("\">Reject</button></p></form>");
  }

  /// Promoting and going back.
  void release(@Nullable Integer chosen) {
    out.append("<section aria-labelledby=\"release\"><h2 id=\"release\">Release</h2>");
    if (!caller.role().covers(Role.RELEASER) || caller.csrf() == null) {
      out.append(
          "<p class=\"soft\">Who may release promotes a version or goes back here: <a href=\"");
      out.append("/login\">sign in</a> with a token of role releaser, or use <code>gnomon models");
      out.append(" promote ")
          .append(Html.escape(model.name()))
          .append(" VERSION</code>.</p></section>");
      return;
    }
    promote(chosen);
    rollback();
    out.append("</section>");
  }

  private void promote(@Nullable Integer chosen) {
    Integer champion = model.aliases().get(ModelWords.CHAMPION);
    List<Fields.Choice> choices =
        model.versions().stream()
            .filter(version -> version.own().isPresent())
            .filter(version -> champion == null || version.number() != champion)
            .map(version ->
                new Fields.Choice(
                    Integer.toString(version.number()),
                    "version "
                        + version.number()
                        + (version.own().filter(ModelVersion::passed).isPresent()
                            ? ""
                            : " (gates failed)")))
            .toList();
    if (choices.isEmpty()) {
      out.append("<p>There is no other version to promote.</p>");
      return;
    }
    begin("promote");
    out.append("<p class=\"row\">");
    out.append(
        Fields.choose(
            "version",
            "version",
            "Make champion",
            choices,
            chosen == null ? choices.getFirst().value() : Integer.toString(chosen)));
    why("why-promote", "Reason, for the ledger");
    out.append("<button>Promote</button></p>");
    if (caller.role().covers(Role.ADMIN)) {
      out.append("<p>");
      out.append(Fields.tick("override", "yes", false, "Override gates that said no"));
      out.append("</p>");
    }
    out.append("</form>");
    if (promotions.approvalRequired(model.name())) {
      out.append(
          "<p class=\"under\">This use case wants the approval of a second person: what is not");
      out.append(" approved yet is asked for.</p>");
    }
  }

  private void rollback() {
    Optional<ModelVersion> before = promotions.before(model.name());
    if (before.isEmpty()) {
      out.append("<p class=\"under\">No version was champion before: nothing to go back to.</p>");
      return;
    }
    begin("rollback");
    out.append("<p class=\"row\">");
    why("why-back", "Reason to go back");
    out.append("<button class=\"plain\">Roll back to version ").append(before.get().version());
    out.append("</button></p></form>");
  }

  private void begin(String action) {
    String csrf = caller.csrf();
    out.append("<form method=\"post\" action=\"").append(action(action)).append("\">");
    out.append(Fields.hidden(Form.CSRF, csrf == null ? "" : csrf));
  }

  private String action(String action) {
    return Address.of("models", model.name(), action).html();
  }

  private void why(String id, String label) {
    out.append(Fields.text(id, "why", label, "", WHY));
  }
}
