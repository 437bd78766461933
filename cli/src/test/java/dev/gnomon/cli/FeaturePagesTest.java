package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The catalogue of feature views as a running node shows it.
class FeaturePagesTest {
  @TempDir Path folder;

  @Test
  void showsWhatIsKeptHowOldItIsAndWhatCameIn() throws Exception {
    Path file = SmallWorld.write(folder);
    ArrivalClock clock = ArrivalClock.replay(Instant.parse("2024-05-07T10:00:00Z"));
    try (LiveServer server = new LiveServer(file, clock)) {
      assertThat(
              server
                  .post(
                      "/v1/sources/logins/events",
                      """
                      [{"id": "b1", "customer": "k9", "at": "2024-05-07T11:00:00Z", "minutes": 3, "device": "tv"}]
                      """)
                  .statusCode())
          .isEqualTo(202);
      String page = ok(server.get("/features"));
      assertThat(page).contains("2 views, 7 features");
      assertThat(row(page, "customers")).contains("3 keys").contains("2 features of customers");
      assertThat(row(page, "logins"))
          .contains("3 keys")
          .contains("<small>4 rows</small>")
          .contains("2024-05-07 11:00")
          .contains("fallback rules decide");
      assertThat(page).contains("logins.csv to logins");

      String after = ok(server.get("/features/logins"));
      assertThat(after).contains("posted rows to logins").contains("2024-05-07 11:00");
      assertThat(after).contains("where device = &#39;tv&#39;");
      assertThat(after).contains("the last 30 days, exactly").contains("begun at full 1 hour");
      assertThat(after).contains("every feature");

      assertThat(ok(server.get("/features?q=tv_minutes"))).contains("1 view of 2");
      assertThat(server.get("/features/nothing").statusCode()).isEqualTo(404);
      assertThat(server.failures).isEmpty();
    }
  }

  private static String row(String page, String view) {
    int begin = page.indexOf("/features/" + view + "\"");
    return page.substring(begin, page.indexOf("</tr>", begin));
  }

  private static String ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
