package dev.gnomon.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeTest {
  @TempDir Path directory;

  @Test
  void oneProcessHoldsItAtATime() throws IOException {
    Home home = new Home(directory.resolve("home"));
    try (DirectoryLock held = home.lock()) {
      assertThat(held).isNotNull();
      assertThatThrownBy(home::lock)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(home.root().toString())
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    home.lock().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "../../etc", "A", "a_b", "1a"})
  void aNameCannotLeadOutside(String name) {
    Home home = new Home(directory);
    assertThatThrownBy(() -> home.decisions(name)).isInstanceOf(BadInput.class);
    assertThatThrownBy(() -> home.outcomes(name)).isInstanceOf(BadInput.class);
  }

  @Test
  void aUseCaseAndASourceOfOneNameLieApart() {
    Home home = new Home(directory);
    assertThat(home.events("fraud").startsWith(home.decisions("fraud").getParent())).isFalse();
  }
}
