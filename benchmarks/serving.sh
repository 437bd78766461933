#!/usr/bin/env bash
# Decisions per second, latency and CPU per request, against a constant answer of the same server. Needs wrk and a trained use case:
#   benchmarks/serving.sh USECASE.yaml HOME KEYS AT [ROUNDS]
# KEYS is a file with one key per line, AT the time of the decisions (ISO 8601). Round 0 warms up and does not count.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usecase=$1 home=$2 rounds=${5:-5} port=18080
export KEYS=$3 AT=$4 OMP_WAIT_POLICY=PASSIVE
./mvnw -q -Dmaven.test.skip -Dgnomon.benchmarks -pl benchmarks -am package
out=$(mktemp)
"${JAVA_HOME:?set it to a JDK 25}/bin/java" -Xms256m -Xmx1g -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
  dev.gnomon.benchmarks.ServerWithConstant "$usecase" "$home" $port >"$out" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null; rm -f "$out"' EXIT
until grep -q ready "$out"; do kill -0 $pid || { cat "$out"; exit 1; }; sleep .2; done
name=$(sed -n 's/^name: *//p' "$usecase")
cpu() { cut -d')' -f2 /proc/$pid/stat | awk '{print $12 + $13}'; }
for round in $(seq 0 "$rounds"); do
  for connections in 1 64; do
    for path in v1/usecases/constant "v1/usecases/$name/decide"; do
      before=$(cpu)
      line=$(wrk -t1 -c$connections -d4s -s benchmarks/serving.lua "http://127.0.0.1:$port/$path" | grep rps=)
      after=$(cpu) n=${line##*n=}
      echo "round=$round $path connections=$connections $line cpu_us=$(((after - before) * 10000 / (n > 0 ? n : 1)))"
    done
  done
done
