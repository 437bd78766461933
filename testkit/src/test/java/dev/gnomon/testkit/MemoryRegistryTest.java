package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.internal.MemoryRegistryStore;
import dev.gnomon.registry.spi.RegistryStore;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryRegistryTest extends RegistryContract {
  @Override
  protected RegistryStore openEmpty() {
    return new MemoryRegistryStore();
  }

  @Test
  void isFoundByNameAndAnUnknownNameIsAnsweredWithThoseThereAre() {
    try (Registry found = Registry.open("memory", Map.of(), clock)) {
      assertThat(found.useCases()).isEmpty();
    }
    assertThatThrownBy(() -> Registry.open("sqlight", Map.of(), clock))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no registry named 'sqlight'; on the class path: memory");
  }
}
