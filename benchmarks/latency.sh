#!/usr/bin/env bash
# Latency against load, free of coordinated omission; overload at three times the capacity; soak. Needs wrk and a trained use case.
#   benchmarks/latency.sh curve|overload|soak USECASE.yaml HOME KEYS AT [SECONDS per step]
# KEYS: a file with a key per line, AT: ISO 8601. SERVER_OPTIONS: flags of the server's JVM (collector, heap). The generator shares the machine
# with the server, so that the capacity is that of both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mode=$1 usecase=$2 home=$3 seconds=${6:-8} port=18081
export KEYS=$4 AT=$5 OMP_WAIT_POLICY=PASSIVE
work=$(mktemp -d) name=$(sed -n 's/^name: *//p' "$usecase")
if [ -z "${SERVER_CLASSPATH:-}" ]; then
  ./mvnw -q -Dmaven.test.skip -Dgnomon.benchmarks -pl benchmarks -am package
  SERVER_CLASSPATH="benchmarks/target/classes:benchmarks/target/lib/*"
fi
java="${JAVA_HOME:?set it to a JDK 25}/bin/java"
"$java" ${SERVER_OPTIONS:--Xms256m -Xmx1g} -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$SERVER_CLASSPATH" dev.gnomon.benchmarks.ServerWithConstant "$usecase" "$home" $port >"$work/server" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null; rm -rf "$work"' EXIT
until grep -q ready "$work/server"; do kill -0 $pid || { cat "$work/server"; exit 1; }; sleep .2; done
sed "s/.*/{\"key\":\"&\",\"at\":\"$AT\"}/" "$KEYS" >"$work/bodies"
url=http://127.0.0.1:$port/v1/usecases/$name/decide
load() { "$java" -Xmx256m -XX:+UseSerialGC -cp "$SERVER_CLASSPATH" dev.gnomon.benchmarks.OpenLoop "$url" "$work/bodies" "$@"; }
held() { echo "rss_kb=$(awk '/VmRSS/ {print $2}' /proc/$pid/status) threads=$(ls /proc/$pid/task | wc -l) files=$(ls /proc/$pid/fd | wc -l)"; }
wrk -t1 -c64 -d12s -s benchmarks/serving.lua "$url" >/dev/null
# What is answered when more is asked than can be: the capacity as this generator sees it.
capacity=$(load 200000 6 64 2 | sed 's/.*answered=\([0-9]*\).*/\1/')
echo "capacity=$capacity/s (64 connections) ${SERVER_OPTIONS:-} $(held)"
case $mode in
  curve)
    for percent in 10 25 50 75 85 95; do echo "percent=$percent $(load $((capacity * percent / 100)) "$seconds" 128 2)"; done ;;
  overload)
    for round in 1 2 3; do
      for connections in 256 2000; do echo "three times, $connections connections: $(load $((capacity * 3)) "$seconds" $connections 2)"; done
      echo "three times, 2000 connections that obey Retry-After: $(load $((capacity * 3)) "$seconds" 2000 2 obey)"
      echo "afterwards at half: $(load $((capacity / 2)) "$seconds" 128)"
    done ;;
  soak) # SOAK_SECONDS (600) at SOAK_RATE requests/s (half of the capacity)
    end=$((SECONDS + ${SOAK_SECONDS:-600}))
    while [ $SECONDS -lt $end ]; do
      echo "$(load "${SOAK_RATE:-$((capacity / 2))}" 28 64) $(held) heap_after_gc_kb=$("${java%java}jcmd" $pid GC.run >/dev/null && "${java%java}jcmd" $pid GC.heap_info | grep -o 'used [0-9]*K' | head -1)"
    done ;;
esac
