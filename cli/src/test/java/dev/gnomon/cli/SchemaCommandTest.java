package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.usecase.UseCaseSchema;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SchemaCommandTest {
  @Test
  void printsTheSchemaAndNothingElse() {
    Recorded recorded = new Recorded(false);
    assertThat(Main.run(recorded.terminal, InstantSource.system(), "schema")).isZero();
    assertThat(recorded.out()).isEqualTo(UseCaseSchema.json());
    assertThat(recorded.err()).isEmpty();
  }
}
