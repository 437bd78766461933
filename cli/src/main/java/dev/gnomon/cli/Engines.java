package dev.gnomon.cli;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// The engines and learners on the class path, for people: what `ServiceLoader` finds for each of
/// our provider interfaces, whichever they are.
final class Engines {
  private static final String SERVICES = "META-INF/services/";
  private static final String OURS = "dev.gnomon.";

  private Engines() {}

  /// @param name the interface without its package: `Trainer`
  record Service(String name, List<Provider> providers) {}

  /// @param name the word of the configuration, or the class name where it has none
  /// @param problem why it can't be used; empty when it can
  record Provider(String name, String type, Optional<String> problem) {}

  static List<Service> found() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      names.addAll(declaredIn(Path.of(entry)));
    }
    List<Service> services = new ArrayList<>();
    for (String name : names) {
      services.add(new Service(name.substring(name.lastIndexOf('.') + 1), providers(name)));
    }
    return services;
  }

  private static List<String> declaredIn(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      Path services = entry.resolve(SERVICES);
      if (!Files.isDirectory(services)) {
        return List.of();
      }
      try (Stream<Path> files = Files.list(services)) {
        return files.map(Path::getFileName).map(Path::toString).filter(Engines::isOurs).toList();
      }
    }
    if (!Files.isRegularFile(entry)) {
      return List.of();
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      return jar.stream()
          .map(file -> file.getName())
          .filter(file -> file.startsWith(SERVICES))
          .map(file -> file.substring(SERVICES.length()))
          .filter(Engines::isOurs)
          .toList();
    }
  }

  private static boolean isOurs(String service) {
    return service.startsWith(OURS);
  }

  private static List<Provider> providers(String service) {
    List<Provider> providers = new ArrayList<>();
    try {
      Class<?> type = Class.forName(service);
      ServiceLoader.load(type).stream().forEach(found -> providers.add(described(type, found)));
    } catch (ClassNotFoundException | ServiceConfigurationError | LinkageError broken) {
      providers.add(new Provider(service, service, Optional.of(broken.toString())));
    }
    return providers;
  }

  private static Provider described(Class<?> service, ServiceLoader.Provider<?> found) {
    String type = found.type().getName();
    try {
      return new Provider(word(service, found.get()), type, Optional.empty());
    } catch (ServiceConfigurationError | LinkageError broken) {
      return new Provider(type, type, Optional.of(broken.toString()));
    }
  }

  /// Provider interfaces call their word `name`, or `kind` where it names a format.
  private static String word(Class<?> service, Object provider) {
    return Stream.of(service.getMethods())
        .filter(method -> List.of("name", "kind").contains(method.getName()))
        .filter(method -> method.getParameterCount() == 0)
        .findFirst()
        .map(method -> answer(method, provider))
        .orElse(provider.getClass().getSimpleName());
  }

  private static String answer(Method method, Object provider) {
    try {
      return String.valueOf(method.invoke(provider));
    } catch (ReflectiveOperationException broken) {
      throw new ServiceConfigurationError(provider.getClass().getName(), broken);
    }
  }
}
