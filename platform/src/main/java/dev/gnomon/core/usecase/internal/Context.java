package dev.gnomon.core.usecase.internal;

import java.nio.file.Path;
import java.time.ZoneId;

/// What the readers of the sections share.
///
/// @param folder of the file, absolute: paths inside are relative to it
/// @param zone of times that state none
record Context(Problems problems, FormCheck form, Path folder, ZoneId zone) {
  void problem(Fields fields, String key, String found, String valid) {
    problems.add(fields.line(key), fields.path(key), found, valid);
  }
}
