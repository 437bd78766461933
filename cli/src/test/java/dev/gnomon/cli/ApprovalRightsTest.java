package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.ControlChange.Approval.State;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Control;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.tracking.Tracking;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may approve and reject, by route and by form: one rule, in which the role does not count.
class ApprovalRightsTest {
  private static final String HASH = "1".repeat(64);

  @TempDir private Path folder;
  private final Registry registry = Registry.open("memory", Map.of(), InstantSource.system());
  private List<Route> all = List.of();
  private List<AutoCloseable> open = List.of();

  @BeforeEach
  void oneVersionThatNeedsApproval() {
    Home home = new Home(folder);
    Tracking tracking =
        Tracking.open("sqlite", Map.of("path", home.tracking().toString()), InstantSource.system());
    Artifacts artifacts =
        Artifacts.open(home.artifacts().toString(), Map.of(), InstantSource.system());
    Access access = Access.open(Security.of(home), _ -> {});
    open = List.of(access, tracking, artifacts, registry);
    all =
        new Control(home, registry, tracking, artifacts, access, InstantSource.system(), _ -> {})
            .routes();
    registry.promotions().rule("churn", true, "ops");
    registry.register("churn", HASH, true, "{}", "train");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private List<Route> routes(String what) {
    List<Route> found =
        all.stream().filter(route -> route.pattern().endsWith("/{name}/" + what)).toList();
    assertThat(found)
        .extracting(Route::pattern)
        .containsExactlyInAnyOrder("/v1/models/{name}/" + what, "/models/{name}/" + what);
    return found.stream().sorted(Comparator.comparing(Route::pattern)).toList().reversed();
  }

  private static Principal caller(String name, Role role, boolean approves, String... useCases) {
    return new Principal(name, role, new TreeSet<>(List.of(useCases)), approves, "key");
  }

  /// What the front and the handler make of it.
  private static int ask(Route route, Principal caller, String body) {
    if (!caller.role().covers(route.role())) {
      return 403;
    }
    try {
      return route
          .handler()
          .answer(
              new Request(
                  "POST",
                  route.pattern(),
                  List.of("churn"),
                  Map.of(),
                  null,
                  name -> null,
                  body.getBytes(StandardCharsets.UTF_8),
                  caller,
                  () -> "test"))
          .status();
    } catch (HttpProblem problem) {
      return problem.status();
    } catch (Refusal refused) {
      return 409;
    }
  }

  private static int ask(Route route, Principal caller) {
    return ask(
        route,
        caller,
        route.accepts() == Route.Accepts.FORM
            ? "version=1&why=read"
            : "{\"version\":1,\"why\":\"read\"}");
  }

  private State state() {
    return registry.promotions().question("churn", 1).orElseThrow().state();
  }

  @Test
  void theRightCountsAndTheRoleDoesNot() throws Exception {
    for (String what : List.of("approve", "reject")) {
      for (Route route : routes(what)) {
        for (Role role : Role.ofTokens()) {
          String as = route.pattern() + " as " + role;
          if (registry.promotions().question("churn", 1).isPresent() && state() == State.APPROVED) {
            registry.promotions().reject("churn", 1, "ops", "once more");
          }
          registry.promotions().request("churn", 1, "asker", "");
          assertThat(ask(route, caller("plain", role, false))).as(as).isEqualTo(403);
          assertThat(ask(route, caller("other", role, true, "fraud"))).as(as).isEqualTo(403);
          // Who may not is told so, whatever the body says.
          assertThat(ask(route, caller("plain", role, false), "nonsense")).as(as).isEqualTo(403);
          assertThat(state()).as(as).isEqualTo(State.REQUESTED);
          assertThat(ask(route, caller("second", role, true, "churn"))).as(as).isIn(200, 303);
          assertThat(state())
              .as(as)
              .isEqualTo(what.equals("approve") ? State.APPROVED : State.REJECTED);
        }
        assertThat(ask(route, Principal.NOBODY)).isEqualTo(403);
      }
    }
  }

  /// Also not with the right, and not by another way than the one that was asked by.
  @Test
  void whoAskedCanNotApproveButMayTakeItBack() throws Exception {
    Principal ada = caller("ada", Role.ADMIN, true);
    Principal bob = caller("bob", Role.VIEWER, true);
    for (Route promote : routes("promote")) {
      for (Route approve : routes("approve")) {
        assertThat(ask(promote, ada)).isIn(202, 303);
        assertThat(ask(approve, ada)).isEqualTo(409);
        assertThat(state()).isEqualTo(State.REQUESTED);
        assertThat(ask(promote, bob)).as("the right to approve is none to promote").isEqualTo(403);
        assertThat(ask(promote, ada)).as("asked again it waits on").isIn(202, 303);
        assertThat(registry.alias("churn", "champion")).isEmpty();
        assertThatThrownBy(() -> registry.promotions().approve("churn", 1, "ada", ""))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("another person");
        assertThat(ask(routes("reject").getFirst(), ada)).isEqualTo(200);
        assertThat(state()).isEqualTo(State.REJECTED);
      }
    }
    assertThat(ask(routes("promote").getFirst(), ada)).isEqualTo(202);
    assertThat(ask(routes("approve").getLast(), bob)).isEqualTo(303);
    assertThat(ask(routes("promote").getFirst(), ada)).isEqualTo(200);
    assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(1);
  }
}
