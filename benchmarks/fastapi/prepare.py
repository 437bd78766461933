"""Asks a running Gnomon for the features and decisions of keys: the features are the Python server's store, the decisions what it must
answer. usage: prepare.py ADDRESS USECASE KEYS AT FEATURES.jsonl | prepare.py --check ADDRESS USECASE KEYS AT PYTHON_ADDRESS"""
import json
import sys
import urllib.parse
import urllib.request


def ask(address, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


check = sys.argv[1] == "--check"
gnomon, usecase, keys, at, other = sys.argv[2 if check else 1:]
keys = open(keys).read().split()
if check:
    worst = 0.0
    for key in keys[:1000]:
        ours = ask(f"{gnomon}/v1/usecases/{usecase}/decide", {"key": key, "at": at})
        theirs = ask(f"{other}/decide", {"key": key})
        worst = max(worst, abs(ours["score"] - theirs["score"]))
        # A key that has had its positive decision for the period is refused another; Python keeps no such limits.
        if ours["decision"] != theirs["decision"] and ours.get("cause") not in ("repeat", "capacity") and ours["variant"] == "champion":
            sys.exit(f"{key}: {ours} against {theirs}")
    print(f"1,000 keys: largest difference of scores {worst:.2g}")
    sys.exit(worst > 1e-6)
with open(other, "w") as out:
    for key in keys:
        features = ask(f"{gnomon}/v1/usecases/{usecase}/features/{urllib.parse.quote(key)}?at={urllib.parse.quote(at)}")["features"]
        out.write(json.dumps({"key": key, "features": features}) + "\n")
