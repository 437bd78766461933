package dev.gnomon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.server.RouteTable.Match;
import dev.gnomon.server.security.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  private static final RouteTable TABLE =
      new RouteTable(
          List.of(
              get("/"),
              get("/a"),
              get("/a/{id}"),
              get("/a/list"),
              get("/a/{id}/b"),
              get("/a/list/c"),
              get("/{any}/x"),
              get("/p/{name}"),
              get("/p/{name}.svg"),
              get("/f/{path...}"),
              get("/f/{one}/list"),
              post("/a/{id}")));

  private static Route get(String pattern) {
    return Route.get(Role.VIEWER, pattern, "", request -> Answer.json(200, "{}"));
  }

  private static Route post(String pattern) {
    return new Route(
        Role.EDITOR,
        "POST",
        pattern,
        "",
        1,
        Route.Accepts.JSON,
        Route.Mode.DIRECT,
        request -> Answer.json(200, "{}"));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, ''",
    "/a, /a, ''",
    "/a/1, /a/{id}, 1",
    "/a/list, /a/list, ''",
    "/a/list/b, /a/{id}/b, list",
    "/a/list/c, /a/list/c, ''",
    "/a/x, /a/{id}, x",
    "/q/x, /{any}/x, q",
    "/f/a/b/c.txt, /f/{path...}, a/b/c.txt",
    "/f/a, /f/{path...}, a",
    "/f/a/list, /f/{one}/list, a",
    "/f/a/list/b, /f/{path...}, a/list/b",
    "/f/a%2Fb/c%20d, /f/{path...}, a/b/c d",
    "/p/one.svg, /p/{name}.svg, one",
    "/p/.svg, /p/{name}, .svg",
    "/p/one.png, /p/{name}, one.png",
    "/a/a%2Fb, /a/{id}, a/b",
    "/a/a+b, /a/{id}, a+b",
    "/a/a%20b+c, /a/{id}, a b+c",
  })
  void findsTheMostTelling(String path, String pattern, String segments) {
    assertThat(TABLE.find("GET", path))
        .isInstanceOfSatisfying(
            Match.Found.class,
            found -> {
              assertThat(found.route().pattern()).isEqualTo(pattern);
              assertThat(String.join(",", found.segments())).isEqualTo(segments);
            });
  }

  /// An empty part stands for no name.
  @ParameterizedTest
  @CsvSource({"/b", "/a/", "//", "/a/1/2", "/a//b", "/a/1/b/"})
  void findsNothingElse(String path) {
    assertThat(TABLE.find("GET", path)).isInstanceOf(Match.Nothing.class);
  }

  @Test
  void tellsOtherMethods() {
    assertThat(TABLE.find("DELETE", "/a/1"))
        .isInstanceOfSatisfying(
            Match.OtherMethods.class, other -> assertThat(other.allowed()).isEqualTo("GET, POST"));
    assertThat(TABLE.find("HEAD", "/a/1")).isInstanceOf(Match.Found.class);
    assertThat(TABLE.find("GET", "/a/%zz")).isInstanceOf(Match.BadEncoding.class);
  }

  @Test
  void refusesTwins() {
    assertThatThrownBy(() -> new RouteTable(List.of(get("/a/{x}"), get("/a/{y}"))))
        .hasMessageContaining("two routes for GET");
  }
}
