package dev.gnomon.engines.registry;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The class path of this process, for one that it starts: also where the tests run in a class
/// loader of their own.
final class ChildPath {
  private ChildPath() {}

  static String of(Class<?> type) {
    List<String> parts = new ArrayList<>(List.of(System.getProperty("java.class.path")));
    if (type.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        try {
          parts.add(Path.of(url.toURI()).toString());
        } catch (URISyntaxException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return String.join(File.pathSeparator, parts);
  }
}
