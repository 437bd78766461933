package dev.gnomon.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.regex.Pattern;

/// Tells from where a class was loaded which module it belongs to, so that rules about modules do
/// not depend on how packages are named.
final class Modules {
  private Modules() {}

  /// Classes built by a module whose folder below the root matches, for example `platform` or
  /// `engines/[a-z]+`.
  static DescribedPredicate<JavaClass> module(String folder) {
    Pattern place = Pattern.compile(".*/" + folder + "/target/.*");
    return DescribedPredicate.describe(
        "classes of module " + folder,
        type ->
            type.getSource()
                .map(source -> place.matcher(source.getUri().toString()).matches())
                .orElse(false));
  }

  /// Leaves the tests out, and the libraries: they follow rules of their own.
  static final class OnlyOurMainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return location.contains("/target/") && !location.contains("/test-classes/");
    }
  }
}
