"""The same decision as Gnomon's, as far as plain Python can be tuned: FastAPI on uvicorn with uvloop and httptools, no pandas, no
scikit-learn and no pydantic on the hot path, one preallocated numpy row, the bundle's own XGBoost model.

What it is spared: features are computed before and lie in a dict of this process (Gnomon folds events at the time asked for), nothing is
logged, no limits per key are kept, nothing is watched.

environment: BUNDLE (directory of a bundle), FEATURES (JSON lines of {"key", "features"}; see features.py)
"""
import json
import os

import numpy as np
import xgboost
from fastapi import FastAPI, Request, Response

BUNDLE = os.environ["BUNDLE"]


def read(name):
    with open(os.path.join(BUNDLE, name)) as file:
        return json.load(file)


preprocessing, calibration = read("preprocessing.json"), read("calibration.json")
booster = xgboost.Booster({"nthread": 1})
booster.load_model(os.path.join(BUNDLE, "model", "model.json"))
booster.set_param({"nthread": 1, "predictor": "cpu_predictor"})

NAMES = [one["name"] for one in preprocessing["inputs"]]
NUMBERS, LEVELS, width = [], [], 0
for step in preprocessing["transforms"]:
    name = NAMES[step["index"]]
    if step["kind"] == "number":
        NUMBERS.append((name, width))
        width += 1
    elif step["kind"] == "levels" and not step["flagged"] and not step["other"] and step["imputed"] == -1:
        LEVELS.append((name, {level: width + i for i, level in enumerate(step["levels"])}, width, len(step["levels"])))
        width += len(step["levels"])
    else:
        raise SystemExit(f"this comparison has no Python for the step {step}")
if preprocessing.get("matrix") or calibration["method"] != "isotonic":
    raise SystemExit("this comparison knows isotonic calibration and no matrix steps")
X, Y = np.array(calibration["x"]), np.array(calibration["y"])
POSITIONS = np.array([at for _, at in NUMBERS])
NUMBER_NAMES = [name for name, _ in NUMBERS]
ROW = np.zeros((1, width), dtype=np.float32)  # one event loop, no await between write and read

STORE = {}
with open(os.environ["FEATURES"]) as file:
    for line in file:
        one = json.loads(line)
        STORE[one["key"]] = {k: float("nan") if v is None else v for k, v in one["features"].items()}

app = FastAPI()


def score(features):
    ROW[0, POSITIONS] = [features[name] for name in NUMBER_NAMES]
    for name, places, start, count in LEVELS:
        ROW[0, start:start + count] = 0.0
        place = places.get(features[name])
        if place is not None:
            ROW[0, place] = 1.0
    raw = float(booster.inplace_predict(ROW, validate_features=False)[0])
    return float(np.interp(raw, X, Y))


@app.post("/decide")
async def decide(request: Request):
    try:
        asked = json.loads(await request.body())
        features = STORE[asked["key"]]
        p = score(features)
    except (ValueError, KeyError, TypeError):
        return Response(b'{"error":"bad request"}', 422, media_type="application/json")
    clv = features["clv"]
    act = p * (clv - (10 + 0.7 * clv)) - (1 - p) * 10 > 0
    cost = p * (10 + 0.7 * clv) + (1 - p) * 10 if act else p * clv
    answer = {"key": asked["key"], "score": p, "decision": "yes" if act else "no", "threshold": None, "expectedCost": cost,
              "version": 1, "variant": "champion", "degraded": False}
    return Response(json.dumps(answer).encode(), media_type="application/json")


@app.post("/constant")
async def constant(request: Request):
    """What no Python scorer on this stack can beat, however fast it is."""
    await request.body()
    return Response(b'{"key":"c0","score":0.5,"decision":"yes","threshold":null,"expectedCost":1.5,"version":1,'
                    b'"variant":"champion","degraded":false}', media_type="application/json")
