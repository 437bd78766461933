#!/usr/bin/env bash
# Search and logging with 100,000 runs x 20 metrics x 20 parameters.
#   benchmarks/tracking.sh                                   an SQLite file of its own, removed afterwards
#   benchmarks/tracking.sh jdbc:postgresql://host/db USER PASSWORD   a Postgres database; leaves a study in it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -z "${LOAD_CLASSPATH:-}" ]; then
  ./mvnw -q -Dmaven.test.skip -Dgnomon.benchmarks -pl benchmarks -am package
  LOAD_CLASSPATH="benchmarks/target/classes:benchmarks/target/lib/*"
fi
java="${JAVA_HOME:?set it to a JDK 25}/bin/java"
load() { "$java" -Xmx256m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$LOAD_CLASSPATH" dev.gnomon.benchmarks.TrackingLoad "$@"; }
if [ $# -gt 0 ]; then
  load postgres "$@"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  load sqlite "$work/tracking.db"
fi
