package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every method of tracking, found by looking at the interface: a new one without a check fails
/// here.
class TrackingScopeTest {
  private static final Set<String> SEARCHES =
      Set.of("searchStudies", "searchModels", "searchVersions");

  private final List<String> reached = new ArrayList<>();

  /// A world in which a name is also the id of the study, run, model that has it.
  private final Tracking all =
      (Tracking)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Tracking.class},
              (proxy, method, args) -> {
                reached.add(method.getName());
                String name = args != null && args[0] instanceof String text ? text : "fraud";
                return switch (method.getName()) {
                  case "study", "studyByName" -> study(name);
                  case "run" -> run(name);
                  case "loggedModel" -> logged(name);
                  case "searchStudies" -> both(args, TrackingScopeTest::study);
                  case "searchModels" -> both(args, TrackingScopeTest::model);
                  case "searchVersions" -> both(args, TrackingScopeTest::version);
                  default -> null;
                };
              });

  private final TrackingScope scope = new TrackingScope(all);
  private final Principal ada =
      new Principal("ada", Role.ADMIN, new TreeSet<>(Set.of("churn")), false, null);

  private static Study study(String name) {
    return new Study(name, name, "", false, 0, 0, Map.of());
  }

  private static Run run(String name) {
    return new Run(
        new RunInfo(name, name, "", "", RunStatus.RUNNING, 0, null, "", false),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static LoggedModel logged(String name) {
    return new LoggedModel(
        name, name, "", 0, 0, "", "", null, null, Map.of(), Map.of(), List.of(), List.of());
  }

  private static RegisteredModel model(String name) {
    return new RegisteredModel(name, 0, 0, "", "", List.of(), Map.of(), Map.of());
  }

  private static RegisteredVersion version(String name) {
    return new RegisteredVersion(
        name, 1, 0, 0, "", Stage.NONE, "", "", null, null, "", "", Map.of(), List.of(), null);
  }

  /// First a page of others, then one with something for everybody, then another of others.
  private static <T> Page<T> both(Object[] args, java.util.function.Function<String, T> make) {
    String token = ((Search) args[0]).token();
    return switch (token == null ? "" : token) {
      case "" -> new Page<>(List.of(make.apply("fraud"), make.apply("churned")), "2");
      case "2" -> new Page<>(List.of(make.apply("fraud"), make.apply("churn")), "3");
      default -> new Page<>(List.of(make.apply("fraud")), null);
    };
  }

  private @Nullable Object call(Tracking on, Method method, String name) throws Throwable {
    List<@Nullable Object> args = new ArrayList<>();
    for (Parameter parameter : method.getParameters()) {
      Class<?> type = parameter.getType();
      args.add(
          type == String.class
              ? name
              : type == int.class
                  ? (Object) 1
                  : type == boolean.class
                      ? (Object) true
                      : type == Search.class
                          ? new Search("", List.of(), View.ACTIVE_ONLY, 10, null)
                          : type == Tag.class
                              ? new Tag("k", "v")
                              : type == List.class ? list(parameter, name) : null);
    }
    try {
      return method.invoke(on, args.toArray());
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private static List<?> list(Parameter parameter, String name) {
    return ((ParameterizedType) parameter.getParameterizedType()).getActualTypeArguments()[0]
            == String.class
        ? List.of(name)
        : List.of();
  }

  private static List<Method> methods() {
    return Arrays.stream(Tracking.class.getMethods())
        .filter(method -> !java.lang.reflect.Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.getName().equals("close"))
        .toList();
  }

  @Test
  void nothingOfOtherUseCasesIsReachedByAnyMethod() throws Throwable {
    Tracking mine = scope.of(ada);
    assertThat(methods()).hasSizeGreaterThan(40);
    for (Method method : methods()) {
      reached.clear();
      if (SEARCHES.contains(method.getName())) {
        Page<?> page = Objects.requireNonNull((Page<?>) call(mine, method, "fraud"));
        assertThat(page.items()).as(method.getName()).hasSize(1);
        assertThat(page.items().toString()).contains("churn,").doesNotContain("fraud");
        assertThat(page.next()).isEqualTo("3");
        continue;
      }
      assertThatThrownBy(() -> call(mine, method, "fraud"))
          .as(method.getName())
          .isInstanceOfSatisfying(
              TrackingError.class,
              e -> assertThat(e.code()).isEqualTo(TrackingError.Code.PERMISSION_DENIED));
      // Looking up to whom something belongs is all that may be asked.
      assertThat(reached).as(method.getName()).isSubsetOf("study", "run", "loggedModel");
    }
  }

  @Test
  void whatIsTheCallersIsReachedByEveryMethod() throws Throwable {
    Tracking mine = scope.of(ada);
    for (Method method : methods()) {
      if (method.getName().equals("backup")) {
        continue; // of everybody's
      }
      reached.clear();
      call(mine, method, "churn");
      assertThat(reached).as(method.getName()).contains(method.getName());
    }
    mine.close();
    assertThat(reached).doesNotContain("close");
  }

  @Test
  void aVersionTakesItsFilesFromTheSameUseCaseOnly() {
    Tracking mine = scope.of(ada);
    for (String source :
        List.of(
            "runs:/fraud/model",
            "models:/fraud/1",
            "models:/fraud@champion",
            "mlflow-artifacts:/fraud/x",
            "mlflow-artifacts://host:1/fraud/x",
            "mlflow-artifacts:/",
            "gnomon:/bundles/0123")) {
      assertThatThrownBy(
              () -> mine.createVersion("churn", source, "", null, null, null, "", List.of()))
          .as(source)
          .isInstanceOf(TrackingError.class);
    }
    mine.createVersion("churn", "runs:/churn/model", "", "churn", null, null, "", List.of());
    assertThatThrownBy(
            () -> mine.createVersion("churn", "s3://x", "", "fraud", null, null, "", List.of()))
        .isInstanceOf(TrackingError.class);
    assertThat(reached).containsOnlyOnce("createVersion");
  }

  @Test
  void aCallerForAllUseCasesGetsTheWhole() {
    assertThat(scope.of(Principal.local("x"))).isSameAs(all);
    scope.of(Principal.local("x")).log("fraud", new Batch(List.of(), List.of(), List.of()));
    assertThat(reached).containsExactly("log");
  }
}
