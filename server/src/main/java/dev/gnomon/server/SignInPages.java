package dev.gnomon.server;

import dev.gnomon.core.html.Html;
import dev.gnomon.server.pages.Pages;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Asked;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The page on which people turn a token into a session of their browser, and end it again.
final class SignInPages {
  private static final int FORM_BODY = 4_096;

  private final Access access;

  SignInPages(Access access) {
    this.access = access;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            Role.NONE,
            "GET",
            "/login",
            "Sign in to the pages with a token (HTML)",
            0,
            Route.Accepts.NOTHING,
            Route.Mode.DIRECT,
            request -> page(request, 200, ""),
            Pages.ERRORS),
        form("/login", "Sign in: token, next, csrf", this::signIn),
        form("/logout", "Sign out: csrf", this::signOut));
  }

  private static Route form(String pattern, String summary, Route.Handler handler) {
    return new Route(
        Role.NONE,
        "POST",
        pattern,
        summary,
        FORM_BODY,
        Route.Accepts.FORM,
        Route.Mode.DIRECT,
        handler,
        Pages.ERRORS);
  }

  private Answer page(Request request, int status, String wrong) {
    if (!access.needed()) {
      return Pages.plain(
          200,
          "Sign in",
          "<h1>Sign in</h1><p class=\"lead\">No token is needed: this server answers its own machine"
              + " only.</p><p><a href=\"/\">All use cases</a></p>");
    }
    Principal who = request.caller();
    Access.FormKey key = access.formKey(who, asked(request));
    StringBuilder main = new StringBuilder("<h1>Sign in</h1>");
    if (!wrong.isEmpty()) {
      main.append("<p class=\"lead\" role=\"alert\">").append(Html.escape(wrong)).append("</p>");
    }
    if (who.role() != Role.NONE) {
      main.append("<p class=\"lead\">You are signed in as ")
          .append(Html.escape(who.name()))
          .append(" (")
          .append(who.role().word())
          .append(").</p><form method=\"post\" action=\"/logout\">")
          .append(hidden(Form.CSRF, key.csrf()))
          .append("<button>Sign out</button></form><p><a href=\"")
          .append(Html.escape(home(who)))
          .append("\">Go on</a></p>");
    } else {
      String next = request.query("next").orElse("");
      main.append("<form method=\"post\" action=\"/login\">")
          .append(hidden(Form.CSRF, key.csrf()))
          .append(hidden("next", local(next) ? next : ""))
          .append("<p><label for=\"token\">Token</label></p><p><input id=\"token\" name=\"token\"")
          .append(" type=\"password\" autocomplete=\"current-password\" required autofocus")
          .append(" maxlength=\"200\"></p><button>Sign in</button></form>")
          .append("<p>Whoever runs this server makes one: <code>gnomon token create NAME --role")
          .append(" viewer</code></p>");
    }
    Answer answer = Pages.plain(status, "Sign in", main.toString());
    return key.cookie().map(cookie -> with(answer, Map.of("Set-Cookie", cookie))).orElse(answer);
  }

  private static String hidden(String name, String value) {
    return "<input type=\"hidden\" name=\"%s\" value=\"%s\">".formatted(name, Html.escape(value));
  }

  private Answer signIn(Request request) {
    Map<String, String> fields = Form.fields(request.body());
    Access.SignIn done = access.signIn(fields.getOrDefault("token", ""), asked(request));
    Denied refused = done.refused();
    if (refused != null) {
      return with(page(request, refused.status(), refused.detail()), refused.headers());
    }
    Access.SignedIn in = java.util.Objects.requireNonNull(done.done());
    String next = fields.getOrDefault("next", "");
    return seeOther(local(next) ? next : home(in.principal()), in.cookie());
  }

  private Answer signOut(Request request) {
    return seeOther("/login", access.signOut(asked(request)));
  }

  private static Answer seeOther(String to, String cookie) {
    return new Answer(303, "text/plain", new byte[0], Map.of("Location", to, "Set-Cookie", cookie));
  }

  /// Where somebody may look who may not look at everything.
  private static String home(Principal who) {
    return who.mayUseAll() ? "/" : "/usecases/" + who.useCases().getFirst();
  }

  /// A page of this server: no other host, and nothing that could end a header.
  private static boolean local(String next) {
    return next.matches("/[A-Za-z0-9][A-Za-z0-9/._~%?&=+-]*") || next.equals("/");
  }

  private static Answer with(Answer answer, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(answer.headers());
    headers.putAll(more);
    return new Answer(answer.status(), answer.contentType(), answer.body(), headers);
  }

  private static Asked asked(Request request) {
    return new Asked(
        request.method(),
        Role.NONE,
        request.path(),
        List.of(),
        null,
        request.headers(),
        request.peer(),
        true);
  }
}
