package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes a token and shows it, this once.
@Command(
    name = "create",
    description = {
      "Make a token and show it, this once: only a hash of it is kept.",
      "viewer reads; editor decides and tells of events and outcomes; releaser moves versions;",
      "admin does everything. A running server takes it within a second."
    },
    footer = {
      "gnomon token create dashboard --role viewer",
      "gnomon token create shop --role editor --use-case churn --expires 90d --home /srv/gnomon",
      "gnomon token create ada --role viewer --approve --use-case churn"
    })
final class TokenCreate implements Callable<Integer> {
  private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,4})([mhdw])");

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "NAME", description = "Who or what will use it.")
  private String name = "";

  @Option(
      names = "--role",
      required = true,
      description = "viewer, editor, releaser or admin; each may do what the ones before it may.")
  private String role = "";

  @Option(
      names = "--use-case",
      paramLabel = "NAME",
      description = "Only for this use case; may be given several times. Default: all.")
  private List<String> useCases = List.of();

  @Option(
      names = "--approve",
      description = "May approve what needs approval; a right beside the role.")
  private boolean approve;

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      description = "After a time such as 90d or 12h, or on a date such as 2030-01-31 (UTC).")
  private Optional<String> expires = Optional.empty();

  /// What `--json` prints.
  ///
  /// @param token the whole token; it can't be shown again
  record Result(
      String token,
      String id,
      String name,
      String role,
      SortedSet<String> useCases,
      boolean approves,
      @Nullable String expires) {}

  TokenCreate(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Instant now = clock.instant();
    Token.Wanted wanted =
        new Token.Wanted(
            name,
            Role.parse("--role", role),
            Set.copyOf(useCases),
            approve,
            expires.map(text -> end(text, now)));
    TokenFile file = new TokenFile(common.home().tokens());
    boolean first = file.read().isEmpty();
    Token.Created created = file.create(wanted, now, new SecureRandom());
    Token token = created.token();
    TokenLedger.created(common, clock, file, token, now);
    if (common.json()) {
      terminal.json(
          new Result(
              created.text(),
              token.id(),
              token.name(),
              token.role().word(),
              token.useCases(),
              token.approves(),
              token.expires().map(Instant::toString).orElse(null)));
      return ExitCode.DONE;
    }
    terminal.out().println(created.text());
    terminal
        .err()
        .printf(
            "%s of %s%s%s; kept as a hash in %s. This is the only time it is shown.%n",
            token.role().word(),
            token.useCases().isEmpty() ? "all use cases" : String.join(", ", token.useCases()),
            token.approves() ? ", may approve" : "",
            token.expires().map(at -> ", until " + at).orElse(""),
            file.path());
    if (first) {
      terminal.err().println("It is the first: from now on the server asks everybody for a token.");
    }
    return ExitCode.DONE;
  }

  private static Instant end(String text, Instant now) {
    Matcher span = SPAN.matcher(text);
    if (span.matches()) {
      long many = Long.parseLong(span.group(1));
      return now.plus(
          switch (span.group(2)) {
            case "m" -> Duration.ofMinutes(many);
            case "h" -> Duration.ofHours(many);
            case "d" -> Duration.ofDays(many);
            default -> Duration.ofDays(7 * many);
          });
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new BadInput(
          "--expires",
          "'%s' is no time".formatted(text),
          "90d, 12h, 30m, 2w, 2030-01-31 or 2030-01-31T12:00:00Z");
    }
  }
}
