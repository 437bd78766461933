#!/usr/bin/env bash
# The full decide against the same model in FastAPI + uvicorn + XGBoost (two workers), interleaved in one run: requests/s, latency, CPU per
# request, medians and ratios. From Debian: apt-get install wrk python3-fastapi uvicorn python3-uvloop python3-httptools python3-xgboost
#   benchmarks/python-stack.sh USECASE.yaml HOME KEYS AT [ROUNDS] [SECONDS]      KEYS: a file with a key per line, AT: ISO 8601
# The use case is one that benchmarks/fastapi/server.py can play (churn). Round 0 warms up and does not count. PY: the distribution's Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usecase=$1 home=$2 rounds=${5:-5} seconds=${6:-4} port=18080
export KEYS=$3 AT=$4 OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE PYTHONDONTWRITEBYTECODE=1
PY=${PY:-/usr/bin/python3} work=$(mktemp -d)
name=$(sed -n 's/^name: *//p' "$usecase")
if [ -z "${SERVER_CLASSPATH:-}" ]; then
  ./mvnw -q -Dmaven.test.skip -Dgnomon.benchmarks -pl benchmarks -am package
  SERVER_CLASSPATH="benchmarks/target/classes:benchmarks/target/lib/*"
fi
"${JAVA_HOME:?set it to a JDK 25}/bin/java" ${SERVER_OPTIONS:--Xms256m -Xmx1g} -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -cp "$SERVER_CLASSPATH" \
  dev.gnomon.benchmarks.ServerWithConstant "$usecase" "$home" $port >"$work/server" 2>&1 &
java=$! python=
trap 'kill $java $python 2>/dev/null; rm -rf "$work"' EXIT
until grep -q ready "$work/server"; do kill -0 $java || { cat "$work/server"; exit 1; }; sleep .2; done
gnomon=http://127.0.0.1:$port rival=http://127.0.0.1:18002
$PY benchmarks/fastapi/prepare.py $gnomon "$name" "$KEYS" "$AT" "$work/features.jsonl"
hash=$(curl -s $gnomon/v1/models | $PY -c 'import json,sys; one=json.load(sys.stdin)["useCases"][0]; print(next(v["bundle"] for v in one["versions"] if v["version"] == one["aliases"]["champion"]))')
BUNDLE="$home/bundles/$hash" FEATURES="$work/features.jsonl" $PY -m uvicorn --app-dir benchmarks/fastapi server:app --host 127.0.0.1 --port 18002 \
  --workers 2 --log-level warning --no-access-log --loop uvloop --http httptools &
python=$!
until curl -s -o /dev/null -m 1 $rival/; do kill -0 $python; sleep .2; done
$PY benchmarks/fastapi/prepare.py --check $gnomon "$name" "$KEYS" "$AT" $rival
cpu() { local sum=0 one; for one in $1 $(pgrep -P "$1"); do sum=$((sum + $(cut -d')' -f2 "/proc/$one/stat" 2>/dev/null | awk '{print $12 + $13}'))); done; echo $sum; }
for round in $(seq 0 "$rounds"); do
  for connections in 1 64; do
    for one in "constant $gnomon/v1/usecases/constant $java" "decide $gnomon/v1/usecases/$name/decide $java" "fastapi $rival/decide $python" "fastapi-constant $rival/constant $python"; do
      read -r what url pid <<<"$one"
      before=$(cpu "$pid")
      line=$(wrk -t1 -c$connections -d${seconds}s -s benchmarks/serving.lua "$url" | grep rps=)
      after=$(cpu "$pid") n=${line##*n=}
      echo "round=$round what=$what connections=$connections $line cpu_us=$(awk "BEGIN {print ($after - $before) * 10000 / ($n > 0 ? $n : 1)}")" | tee -a "$work/lines"
    done
  done
done
$PY - "$work/lines" <<'P'
import statistics, sys
rows = [dict(part.split("=") for part in line.split()) for line in open(sys.argv[1])]
rows = [row for row in rows if row["round"] != "0"]
def of(what, connections, field):
    return [float(row[field]) for row in rows if row["what"] == what and row["connections"] == connections]
for connections in ("1", "64"):
    for what in ("constant", "decide", "fastapi", "fastapi-constant"):
        print(connections, what, *(f"{field} {statistics.median(of(what, connections, field)):.4g}" for field in ("rps", "p50_us", "p99_us", "cpu_us")))
    for other in ("constant", "fastapi", "fastapi-constant"):
        ratio = {field: statistics.median(a / b for a, b in zip(of("decide", connections, field), of(other, connections, field))) for field in ("rps", "p50_us", "cpu_us")}
        print(connections, "decide against", other, *(f"{field} {value:.3g} x" for field, value in ratio.items()))
P
