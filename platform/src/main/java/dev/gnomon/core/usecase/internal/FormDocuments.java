package dev.gnomon.core.usecase.internal;

import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/// The documents that follow from the table of keys.
public final class FormDocuments {
  private FormDocuments() {}

  public static String json() {
    // Its own line breaks: the file is compared byte for byte on every system.
    var indenter = new DefaultIndenter("  ", "\n");
    var printer = new DefaultPrettyPrinter().withObjectIndenter(indenter);
    return JsonMapper.builder()
            .build()
            .writer()
            .with(printer)
            .writeValueAsString(SchemaWriter.write(Keys.ROOT))
        + "\n";
  }

  public static String page() {
    return PageWriter.write(Keys.ROOT);
  }
}
