package dev.gnomon.server.security;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.serving.PredictionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides for every request, over HTTP and gRPC, whether it may go on.
///
/// Without tokens a server is for programs on its own machine: see [Loopback]. From the first token
/// on (also one that has ended), every route but health and signing in needs one, and this stays so
/// until the process ends, whatever happens to the file.
public final class Access implements AutoCloseable {
  private static final long LOOK_MILLIS = 250;
  private static final long FAILURES_AT_ONCE = 10;
  private static final double FAILURES_PER_SECOND = 0.5;
  private static final long FETCH_NANOS = 50_000_000;
  private static final String BEARER = "Bearer ";
  private static final String WRONG =
      "The token is not known here; gnomon token list shows the tokens of a home.";

  private final Security security;
  private final TokenFile file;
  private final Consumer<String> told;
  private final LongSupplier nanos;
  private final SecureRandom random = new SecureRandom();
  private final Sessions sessions = new Sessions(random);
  private final Cookies cookies;
  private final ClientRates failures;
  private final Principal local = Principal.local(Secret.random(random));
  private final @Nullable Rate localRate;
  private final @Nullable Tls tls;
  private final Audit audit;
  private final @Nullable OidcKeys oidcKeys;
  private final @Nullable OidcTokens oidc;
  private final ClientRates subjects;
  private final LongAdder denied = new LongAdder();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gnomon-access").factory());
  private volatile TokenTable table = TokenTable.EMPTY;
  private volatile boolean needed;
  private volatile Function<String, Set<String>> useCasesOfSource = source -> Set.of();
  private volatile Supplier<Map<String, Instant>> revoked = Map::of;
  private Map<String, Instant> lastRevocations = Map.of();
  private boolean ledgerAway;
  private @Nullable Stamp seen;

  /// What changes when a file is replaced.
  private record Stamp(Instant modified, long size, @Nullable Object key) {
    static @Nullable Stamp of(Path file) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(now.lastModifiedTime().toInstant(), now.size(), now.fileKey());
      } catch (IOException e) {
        return null;
      }
    }
  }

  /// Reads tokens and certificate.
  ///
  /// @param told of what the operator should know, one line each
  /// @throws BadInput when one of the files can't be used
  public static Access open(Security security, Consumer<String> told) {
    return new Access(security, told, System::nanoTime);
  }

  Access(Security security, Consumer<String> told, LongSupplier nanos) {
    this.security = security;
    this.file = new TokenFile(security.tokens());
    this.told = told;
    this.nanos = nanos;
    this.cookies = new Cookies(security.secure());
    this.failures = new ClientRates(FAILURES_PER_SECOND, FAILURES_AT_ONCE, nanos);
    this.localRate = rate();
    this.tls = security.tls().map(files -> Tls.open(files, security.clock(), told)).orElse(null);
    this.audit = new Audit(security.tokens().resolveSibling("audit.jsonl"), security.clock(), told);
    this.subjects =
        new ClientRates(
            Math.max(1e-9, security.rate()), Math.max(1, Math.round(security.rate())), nanos);
    Oidc provider = security.oidc().orElse(null);
    this.oidcKeys =
        provider == null
            ? null
            : new OidcKeys(provider.issuer(), task -> Thread.ofVirtual().start(task), nanos, told);
    this.oidc =
        provider == null || oidcKeys == null
            ? null
            : new OidcTokens(provider, oidcKeys, security.clock());
    if (oidcKeys != null) {
      var _ = oidcKeys.fetch(nanos.getAsLong());
    }
    this.needed = security.required() || security.behindProxy() || provider != null;
    seen = Stamp.of(security.tokens());
    take(file.read());
  }

  private @Nullable Rate rate() {
    double perSecond = security.rate();
    return perSecond > 0 ? new Rate(perSecond, Math.max(1, Math.round(perSecond)), nanos) : null;
  }

  /// Begins to look for changed files, four times a second.
  public void start() {
    var _ =
        looking.scheduleWithFixedDelay(
            this::refresh, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Takes in what changed since the last look. A file that can't be read leaves what was known.
  synchronized void refresh() {
    try {
      Stamp now = Stamp.of(security.tokens());
      if (ledgerAway || !java.util.Objects.equals(now, seen)) {
        seen = now;
        take(file.read());
      }
      if (tls != null) {
        tls.refresh();
      }
    } catch (BadInput e) {
      e.problems().forEach(problem -> told.accept(problem.line()));
    } catch (RuntimeException e) {
      told.accept("looking for changed tokens: " + e);
    }
  }

  private synchronized void take(List<Token> tokens) {
    boolean wasAway = ledgerAway;
    Map<String, Instant> revocations = tokens.isEmpty() ? Map.of() : revocations();
    if (!(wasAway && ledgerAway)) { // or it is told at every look
      tellRevived(tokens, revocations);
    }
    table = new TokenTable(RevokedTokens.applied(tokens, revocations), table, this::rate);
    if (!tokens.isEmpty()) {
      needed = true;
    }
  }

  /// What the ledger says of revoked tokens; while it is away, what it said last, so that a token
  /// that was just revoked in the file is refused all the same. It is asked again at the next look.
  private Map<String, Instant> revocations() {
    try {
      lastRevocations = revoked.get();
      ledgerAway = false;
    } catch (UncheckedIOException away) {
      if (!ledgerAway) {
        ledgerAway = true;
        told.accept(
            "the ledger can't be asked which tokens were revoked; what it last said holds: "
                + away.getMessage());
      }
    }
    return lastRevocations;
  }

  private void tellRevived(List<Token> tokens, Map<String, Instant> revocations) {
    for (Token token : RevokedTokens.revived(tokens, revocations)) {
      told.accept(
          "token '%s' (%s) was revoked at %s, as the ledger says, but %s is older: it is refused; gnomon token revoke %s puts the file right"
              .formatted(
                  token.name(),
                  token.id(),
                  revocations.get(token.id()),
                  security.tokens(),
                  token.id()));
    }
  }

  /// Tells which tokens were revoked, whatever the file says: one that was put back from a backup
  /// knows less. Asked now, and whenever the file has changed.
  ///
  /// @param byId when, by id: see [RevokedTokens]
  public void revoked(Supplier<Map<String, Instant>> byId) {
    revoked = byId;
    take(file.read());
  }

  /// Tells which use cases read a source.
  public void sources(Function<String, Set<String>> useCases) {
    useCasesOfSource = useCases;
  }

  /// The certificate, if there is one.
  public Optional<Tls> tls() {
    return Optional.ofNullable(tls);
  }

  /// Whether callers need tokens.
  public boolean needed() {
    return needed;
  }

  /// Requests that were refused since the start.
  public long refusals() {
    return denied.sum();
  }

  /// How long a request may take from its head to its end.
  public Duration arrival() {
    return security.arrival();
  }

  /// Whether browsers reach this server over TLS.
  public boolean secure() {
    return security.secure();
  }

  /// Refuses to be reached by other machines without tokens, or with tokens that anybody on the way
  /// can read.
  ///
  /// @param host the address to listen on
  /// @throws BadInput naming everything that is missing
  public void requireSafe(String host) {
    List<Problem> problems = new ArrayList<>();
    boolean open = !Loopback.address(host);
    if ((open || security.behindProxy())
        && oidc == null
        && !table.anyUsable(security.clock().millis())) {
      problems.add(
          new Problem(
              open ? "--host " + host : "--behind-proxy",
              "other machines could reach a server that has no usable token",
              "first: gnomon token create NAME --role admin --home %s%s"
                  .formatted(
                      security.tokens().toAbsolutePath().getParent(),
                      open ? "; or 127.0.0.1, localhost or ::1" : "")));
    }
    if (open && !security.secure()) {
      problems.add(
          new Problem(
              "--host " + host,
              "tokens would cross the network in clear text",
              "--tls-cert FILE --tls-key FILE; or --behind-proxy when TLS ends at a proxy that"
                  + " alone can reach this server"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  /// Who asks, or why the request ends here.
  public Verdict check(Asked asked) {
    Verdict verdict = needed ? withTokens(asked) : onThisMachine(asked);
    if (verdict instanceof Denied) {
      denied.increment();
    }
    return verdict;
  }

  private Verdict onThisMachine(Asked asked) {
    if (!Loopback.host(asked.host())) {
      return Denied.forbidden(
          "Without tokens only requests to a loopback name (localhost, 127.0.0.1, [::1]) are"
              + " answered.");
    }
    if (!Loopback.origin(asked.header("origin"))) {
      return Denied.forbidden("Requests from other web pages are refused.");
    }
    if (asked.header("x-forwarded-for") != null || asked.header("forwarded") != null) {
      return Denied.forbidden(
          "The request came through a proxy, and so perhaps from anywhere: create a token and start"
              + " with --behind-proxy.");
    }
    if (localRate != null && asked.least() != Role.NONE) {
      long wait = localRate.take();
      if (wait > 0) {
        return tooFast(asked, wait);
      }
    }
    return local;
  }

  private Verdict withTokens(Asked asked) {
    String header = asked.header("authorization");
    if (asked.least() == Role.NONE && header == null) {
      Sessions.Session session = session(asked);
      return session == null ? Principal.NOBODY : session.principal();
    }
    if (asked.least() == Role.NONE) {
      return Principal.NOBODY;
    }
    TokenTable.Entry entry;
    Principal who;
    if (header != null) {
      if (oidc != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        String token = header.substring(BEARER.length());
        if (OidcTokens.looksLike(token)) {
          return ofProvider(oidc, token, asked);
        }
      }
      entry = table.proved(header);
      if (entry == null) {
        return failed(asked, WRONG);
      }
      if (!entry.usable(security.clock().millis())) {
        return failed(
            asked,
            "The token '%s' is %s."
                .formatted(entry.token.name(), entry.token.state(security.clock().instant())));
      }
      who = entry.principal;
    } else {
      Sessions.Session session = session(asked);
      if (session == null) {
        return unknown(asked, "A token is needed: Authorization: Bearer gn_…", "");
      }
      entry = session.entry();
      who = session.principal();
      if (!asked.safe()
          && !asked.takesForms()
          && !forms(who, asked, asked.header("x-csrf-token"))) {
        return forged();
      }
    }
    if (entry.rate != null) {
      long wait = entry.rate.take();
      if (wait > 0) {
        return tooFast(asked, wait);
      }
    }
    return allowed(who, asked);
  }

  private Verdict ofProvider(OidcTokens tokens, String token, Asked asked) {
    OidcTokens.Outcome outcome = tokens.prove(token);
    Principal who = outcome.who();
    if (who != null) {
      long wait = security.rate() > 0 ? subjects.of(who.name()).take() : 0;
      return wait > 0 ? tooFast(asked, wait) : allowed(who, asked);
    }
    if (outcome.later()) {
      return new Verdict.Later(FETCH_NANOS, away());
    }
    return outcome.away()
        ? away()
        : failed(asked, java.util.Objects.requireNonNullElse(outcome.wrong(), WRONG));
  }

  private static Denied away() {
    return Denied.unavailable(
        "The identity provider can't be reached, so that its tokens can't be checked; tokens of"
            + " this server (gn_…) are.");
  }

  private Verdict allowed(Principal who, Asked asked) {
    if (!who.role().covers(asked.least())) {
      return new Denied(
          403,
          "Forbidden",
          "%s %s needs the role %s; the token '%s' has the role %s."
              .formatted(
                  asked.method(),
                  asked.pattern(),
                  asked.least().word(),
                  who.name(),
                  who.role().word()),
          Map.of("WWW-Authenticate", "Bearer realm=\"gnomon\", error=\"insufficient_scope\""),
          who.name());
    }
    return who.mayUseAll() || inScope(who, asked) ? who : outOfScope(who);
  }

  private boolean inScope(Principal who, Asked asked) {
    return switch (Scope.of(asked.pattern())) {
      case NOTHING, BODY -> true;
      case USE_CASE -> who.mayUse(asked.segments().getFirst());
      case SOURCE -> mayFeed(who, asked.segments().getFirst());
      case PREDICTION ->
          PredictionId.parse(asked.segments().getFirst())
              .map(id -> who.mayUse(id.useCase()))
              .orElse(true);
      case ALL -> asked.pattern().isEmpty();
    };
  }

  /// Whether all use cases that read a source are open to a caller.
  public boolean mayFeed(Principal who, String source) {
    if (who.mayUseAll()) {
      return true;
    }
    Set<String> readers = useCasesOfSource.apply(source);
    return !readers.isEmpty() && who.useCases().containsAll(readers);
  }

  /// What a caller hears who asks for other use cases than the token is for.
  public static Denied outOfScope(Principal who) {
    return Denied.forbidden(
            "The token '%s' is for %s only; this touches other use cases."
                .formatted(who.name(), String.join(", ", who.useCases())))
        .to(who);
  }

  /// Whether a form that was posted comes from the caller's own page: the field `csrf` must be the
  /// caller's, or, before signing in, that of the cookie which the form came with.
  public Optional<Denied> form(Verdict.Principal who, Asked asked, @Nullable String field) {
    if (forms(who, asked, field)) {
      return Optional.empty();
    }
    denied.increment();
    return Optional.of(forged());
  }

  private boolean forms(Principal who, Asked asked, @Nullable String given) {
    String expected = who.csrf() == null ? cookies.form(asked.header("cookie")) : who.csrf();
    String origin = asked.header("origin");
    String site = asked.header("sec-fetch-site");
    return given != null
        && expected != null
        && !expected.isEmpty()
        && Secret.same(expected, given)
        && (origin == null || ofHost(origin, asked.host()))
        && (site == null || site.equals("same-origin") || site.equals("none"));
  }

  private static boolean ofHost(String origin, @Nullable String host) {
    int slashes = origin.indexOf("://");
    return host != null && slashes > 0 && origin.substring(slashes + 3).equalsIgnoreCase(host);
  }

  private static Denied forged() {
    return Denied.forbidden(
        "The form is not from a page of this server, or too old: load the page again.");
  }

  private Sessions.@Nullable Session session(Asked asked) {
    String id = cookies.session(asked.header("cookie"));
    if (id == null) {
      return null;
    }
    long now = security.clock().millis();
    Sessions.Session session = sessions.of(id, now);
    if (session == null) {
      return null;
    }
    // The entry of a token that changed since is another one.
    TokenTable.Entry current = table.byId(session.entry().token.id()).orElse(null);
    return current == session.entry() && current.usable(now) ? session : null;
  }

  /// Somebody signed in.
  ///
  /// @param cookie the value of `Set-Cookie`
  public record SignedIn(Principal principal, String cookie) {}

  /// Begins a session for a token. After too many failures from one address it must wait, with a
  /// right token too.
  ///
  /// @return the session, or why not
  public SignIn signIn(String tokenText, Asked asked) {
    Rate rate = failures.of(client(asked));
    long wait = rate.wanting();
    if (wait > 0) {
      denied.increment();
      return new SignIn(null, slowDown(wait));
    }
    String text = tokenText.strip();
    TokenTable.Entry entry = table.proved(text, 0);
    long now = security.clock().millis();
    if (entry == null || !entry.usable(now)) {
      rate.take();
      denied.increment();
      return new SignIn(
          null,
          unknown(
              asked,
              entry == null
                  ? WRONG
                  : "The token '%s' is %s."
                      .formatted(entry.token.name(), entry.token.state(security.clock().instant())),
              ", error=\"invalid_token\""));
    }
    return new SignIn(
        new SignedIn(entry.principal, cookies.setSession(sessions.begin(entry, now))), null);
  }

  /// One of the two.
  public record SignIn(@Nullable SignedIn done, @Nullable Denied refused) {}

  /// Ends the caller's session, if there is one.
  ///
  /// @return the value of `Set-Cookie`
  public String signOut(Asked asked) {
    String id = cookies.session(asked.header("cookie"));
    if (id != null) {
      sessions.end(id);
    }
    return cookies.endSession();
  }

  /// What the form for signing in carries, and the cookie that it must match.
  public record FormKey(String csrf, Optional<String> cookie) {}

  /// For a form of the caller's.
  public FormKey formKey(Principal who, Asked asked) {
    if (who.csrf() != null) {
      return new FormKey(who.csrf(), Optional.empty());
    }
    String before = cookies.form(asked.header("cookie"));
    // Only what this server makes: it goes into the page again.
    if (before != null && before.matches("[A-Za-z0-9_-]{43}")) {
      return new FormKey(before, Optional.empty());
    }
    String fresh = Secret.random(random);
    return new FormKey(fresh, Optional.of(cookies.setForm(fresh)));
  }

  private Denied failed(Asked asked, String detail) {
    long wait = failures.of(client(asked)).take();
    if (wait > 0 && Surface.ofMlflow(asked.pattern())) {
      return Denied.unavailable(slowDown(wait).detail());
    }
    return wait > 0 ? slowDown(wait) : unknown(asked, detail, ", error=\"invalid_token\"");
  }

  /// MLflow's clients and whoever opens its paths in a browser send a name and a password, and
  /// browsers ask for them at this challenge. Elsewhere it would put a window before the pages.
  private static Denied unknown(Asked asked, String detail, String error) {
    String basic =
        Surface.ofMlflow(asked.pattern()) ? "Basic realm=\"gnomon\", charset=\"UTF-8\", " : "";
    return new Denied(
        401,
        "Unauthorized",
        detail,
        Map.of("WWW-Authenticate", basic + "Bearer realm=\"gnomon\"" + error));
  }

  private static Denied slowDown(long waitNanos) {
    return Denied.tooMany("Too many wrong tokens came from this address; wait.", waitNanos);
  }

  /// MLflow's clients are slowed down by waiting: see [Surface#ofMlflow].
  private static Verdict tooFast(Asked asked, long waitNanos) {
    Denied denied =
        Denied.tooMany(
            "More requests than --rate allows per second; wait, or ask for a higher rate.",
            waitNanos);
    return Surface.ofMlflow(asked.pattern())
        ? new Verdict.Later(waitNanos, Denied.unavailable(denied.detail()))
        : denied;
  }

  /// What came of a request is to be remembered, if it is one that changes something.
  ///
  /// @param path as it was asked
  public void audit(Principal who, Asked asked, String path, int status) {
    audit(who.role() == Role.NONE ? "" : who.name(), asked, path, status);
  }

  /// A request was refused.
  ///
  /// @param path as it was asked
  public void audit(Denied denied, Asked asked, String path) {
    audit(denied.who(), asked, path, denied.status());
  }

  private void audit(String who, Asked asked, String path, int status) {
    if (Audit.covers(asked.method(), asked.pattern())) {
      audit.record(who, asked, path, client(asked), status);
    }
  }

  /// What is written down of requests.
  public Audit audit() {
    return audit;
  }

  private String client(Asked asked) {
    if (security.behindProxy()) {
      String forwarded = asked.header("x-forwarded-for");
      if (forwarded != null) {
        // The last one is the proxy's own; those before are what the client claims.
        String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        return last.length() > 64 ? last.substring(0, 64) : last;
      }
    }
    return asked.peer().get();
  }

  @Override
  public void close() {
    looking.shutdownNow();
    audit.close();
    if (oidcKeys != null) {
      oidcKeys.close();
    }
  }
}
