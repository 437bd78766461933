#!/usr/bin/env python3
"""scikit-learn and XGBoost on the rows that Gnomon trained on.

usage: tabular.py DATA OUT [NAME...]

DATA holds the public data sets, OUT what TabularComparison wrote: per example the part of each row
and Gnomon's score of each test row. Every rival learns from the training part, the validation part
chooses among the rivals, the test part is scored once. The difference to Gnomon is bootstrapped
over the same test rows (2,000 resamples, seed 1). Needs pandas, scikit-learn and xgboost.
"""
import os
import re
import sys
import time

import numpy as np
import pandas as pd
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

SEED = 1
THREADS = 2


def read(data, *paths, **how):
    frames = [pd.read_csv(os.path.join(data, path), na_values=["?", " "], **how) for path in paths]
    return pd.concat(frames, ignore_index=True)


def telco(data):
    frame = read(data, "telco-churn/telco-churn.csv.gz").set_index("customerID")
    return frame.drop(columns="Churn"), frame.Churn == "Yes"


def adult(data):
    frame = read(data, "adult/adult.data.csv.gz", "adult/adult.test.csv.gz", skipinitialspace=True)
    frame.index = frame.index + 1
    return frame.drop(columns=["income", "fnlwgt"]), frame.income.str.startswith(">50K")


def bank(data):
    frame = read(data, "bank-marketing/bank-full.csv.gz", sep=";")
    frame.index = frame.index + 1
    return frame.drop(columns=["y", "duration"]), frame.y == "yes"


def cardio(data):
    frame = read(data, "cardio-70k/cardio_train.csv.gz", sep=";").set_index("id")
    frame["bmi"] = frame.weight / (frame.height / 100) ** 2
    frame["pulse_pressure"] = frame.ap_hi - frame.ap_lo
    return frame.drop(columns="cardio"), frame.cardio == 1


def pima(data):
    frame = read(data, "pima-diabetes/pima.csv.gz")
    frame.index = frame.index + 1
    absent = ["glucose", "blood_pressure", "skin_thickness", "insulin", "bmi"]
    frame[absent] = frame[absent].replace(0, np.nan)
    return frame.drop(columns="outcome"), frame.outcome == 1


def breast(data):
    frame = read(data, "breast-cancer-wisconsin/wdbc.csv.gz")
    frame.index = frame.index + 1
    return frame.drop(columns="target"), frame.target == 0


def ai4i(data):
    frame = read(data, "ai4i-2020/ai4i2020.csv.gz", encoding="utf-8-sig")
    frame.index = frame.index + 1
    columns = ["Type", "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]",
               "Torque [Nm]", "Tool wear [min]"]
    inputs = frame[columns].rename(columns=lambda name: re.sub(r" \[.*", "", name))
    return inputs, frame["Machine failure"] == 1


def german(data):
    frame = read(data, "german-credit/german.csv.gz", header=None)
    frame.index = frame.index + 1
    frame.columns = ["column%d" % (i + 1) for i in range(frame.shape[1])]
    return frame.drop(columns="column21"), frame.column21 == 2


def attrition(data):
    frame = read(data, "ibm-hr-attrition/emp_attrition.csv.gz", encoding="utf-8-sig").set_index("EmployeeNumber")
    return frame.drop(columns="Attrition"), frame.Attrition == "Yes"


def spam(data):
    frame = read(data, "sms-spam/SMSSpamCollection.tsv.gz", sep="\t", header=None, quoting=3)
    frame.index = frame.index + 1
    return frame[[1]].rename(columns={1: "text"}), frame[0] == "spam"


def nsl(data):
    frame = read(data, "nsl-kdd/KDDTrain+.csv.gz", "nsl-kdd/KDDTest+.csv.gz")
    frame.index = frame.index + 1
    return frame.drop(columns="class"), frame["class"] == "anomaly"


def bike(data):
    frame = read(data, "bike-sharing/hour.csv.gz").set_index("instant")
    return frame.drop(columns=["dteday", "casual", "registered", "cnt"]), frame.cnt.astype(float)


SETS = {
    "telco-churn": (telco, "roc-auc"),
    "adult": (adult, "accuracy"),
    "bank-marketing": (bank, "roc-auc"),
    "cardio": (cardio, "roc-auc"),
    "pima-diabetes": (pima, "roc-auc"),
    "breast-cancer": (breast, "roc-auc"),
    "ai4i": (ai4i, "average-precision"),
    "german-credit": (german, "cost"),
    "ibm-attrition": (attrition, "roc-auc"),
    "sms-spam": (spam, "mcc"),
    "nsl-kdd": (nsl, "accuracy"),
    "bike-sharing": (bike, "rmse"),
}
LOWER = {"cost", "rmse", "log-loss"}


def metric(name, labels, scores):
    if name == "roc-auc":
        return roc_auc_score(labels, scores)
    if name == "average-precision":
        return average_precision_score(labels, scores)
    if name == "log-loss":
        return log_loss(labels, scores)
    if name == "rmse":
        return float(np.sqrt(np.mean((labels - scores) ** 2)))
    if name == "cost":  # a missed bad risk costs 5, a refused good one 1
        yes = scores >= 1 / 6
        return float(np.mean(np.where(labels == 1, np.where(yes, 0, 5), np.where(yes, 1, 0))))
    yes = scores >= 0.5
    if name == "accuracy":
        return float(np.mean(yes == (labels == 1)))
    tp, fp = np.sum(yes & (labels == 1)), np.sum(yes & (labels == 0))
    fn, tn = np.sum(~yes & (labels == 1)), np.sum(~yes & (labels == 0))
    return float((tp * tn - fp * fn) / np.sqrt(float(tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def columns(inputs, scaled):
    texts = [c for c in inputs if inputs[c].dtype == object]
    numbers = [c for c in inputs if c not in texts]
    steps = [SimpleImputer(strategy="median", add_indicator=True)] + ([StandardScaler()] if scaled else [])
    return ColumnTransformer([
        ("numbers", make_pipeline(*steps) if scaled else "passthrough", numbers),
        ("texts", OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10, sparse_output=False), texts),
    ])


class Boosted:
    """XGBoost with a tenth of the training rows held out for early stopping, as Gnomon does."""

    def __init__(self, number, **settings):
        self.kind = xgboost.XGBRegressor if number else xgboost.XGBClassifier
        self.number = number
        self.settings = settings

    def fit(self, inputs, labels):
        self.columns = columns(inputs, False).fit(inputs)
        x = self.columns.transform(inputs).astype(np.float32)
        a, b, ya, yb = train_test_split(x, labels, test_size=0.1, random_state=SEED,
                                        stratify=None if self.number else labels)
        self.model = self.kind(tree_method="hist", n_jobs=THREADS, random_state=SEED, early_stopping_rounds=30,
                               eval_metric="rmse" if self.number else "logloss", **self.settings)
        self.model.fit(a, ya, eval_set=[(b, yb)], verbose=False)
        return self

    def scores(self, inputs):
        x = self.columns.transform(inputs).astype(np.float32)
        return self.model.predict(x) if self.number else self.model.predict_proba(x)[:, 1]


class Plain:
    def __init__(self, prepare, model):
        self.prepare, self.model = prepare, model

    def fit(self, inputs, labels):
        self.pipeline = make_pipeline(self.prepare(inputs), self.model).fit(inputs, labels)
        return self

    def scores(self, inputs):
        if hasattr(self.pipeline, "predict_proba"):
            return self.pipeline.predict_proba(inputs)[:, 1]
        if hasattr(self.pipeline, "decision_function"):
            return 1 / (1 + np.exp(-self.pipeline.decision_function(inputs)))
        return self.pipeline.predict(inputs)


def imputed(inputs):
    return make_pipeline(columns(inputs, False), SimpleImputer(strategy="median"))


def rivals(name, number, boosting):
    if name == "sms-spam":
        text = lambda inputs: ColumnTransformer([("text", TfidfVectorizer(ngram_range=(1, 2), max_features=5000), "text")])
        return {"LinearSVC": Plain(text, LinearSVC()), "LogisticRegression": Plain(text, LogisticRegression(max_iter=1000)),
                "MultinomialNB": Plain(text, MultinomialNB())}
    if number:
        return {"Ridge": Plain(lambda x: columns(x, True), Ridge()),
                "RandomForest": Plain(imputed, RandomForestRegressor(500, n_jobs=THREADS, random_state=SEED)),
                "HistGradientBoosting": Plain(lambda x: columns(x, False), HistGradientBoostingRegressor(random_state=SEED)),
                "XGBoost": Boosted(True, **boosting)}
    return {"LogisticRegression": Plain(lambda x: columns(x, True), LogisticRegression(max_iter=2000)),
            "RandomForest": Plain(imputed, RandomForestClassifier(500, n_jobs=THREADS, random_state=SEED)),
            "HistGradientBoosting": Plain(lambda x: columns(x, False), HistGradientBoostingClassifier(random_state=SEED)),
            "XGBoost": Boosted(False, **boosting)}


BOOSTING = {  # the settings of the example's xgboost candidate
    "telco-churn": dict(n_estimators=300, max_depth=3, learning_rate=0.05, min_child_weight=5),
    "adult": dict(n_estimators=600, max_depth=6, learning_rate=0.05),
    "bank-marketing": dict(n_estimators=600, max_depth=5, learning_rate=0.05),
    "cardio": dict(n_estimators=600, max_depth=4, learning_rate=0.05),
    "pima-diabetes": dict(n_estimators=300, max_depth=2, learning_rate=0.05),
    "breast-cancer": dict(n_estimators=300, max_depth=3, learning_rate=0.05),
    "ai4i": dict(n_estimators=600, max_depth=5, learning_rate=0.05),
    "german-credit": dict(n_estimators=300, max_depth=3, learning_rate=0.05),
    "ibm-attrition": dict(n_estimators=300, max_depth=3, learning_rate=0.05),
    "nsl-kdd": dict(n_estimators=300, max_depth=6, learning_rate=0.1),
    "bike-sharing": dict(n_estimators=1000, max_depth=7, learning_rate=0.05),
}


def difference(name, labels, ours, theirs):
    """Gnomon less rival, so that more is better for Gnomon; negative where lower is better."""
    sign = -1 if name in LOWER else 1
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(2000 if len(labels) < 20000 else 400):
        rows = random.integers(0, len(labels), len(labels))
        if name != "rmse" and labels[rows].min() == labels[rows].max():
            continue
        found.append(sign * (metric(name, labels[rows], ours[rows]) - metric(name, labels[rows], theirs[rows])))
    return np.percentile(found, [2.5, 97.5])


def main():
    data, out = sys.argv[1:3]
    print("| data | metric | Gnomon | %s | chosen rival | Gnomon less chosen (95 %%) |" % "rivals (test, seconds)")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[3:] or SETS:
        parts = pd.read_csv(os.path.join(out, name + ".csv"), dtype={"key": str}).set_index("key")
        load, measure = SETS[name]
        inputs, labels = load(data)
        inputs.index = labels.index = inputs.index.astype(str)
        labels = labels.astype(float)
        inputs, labels = inputs.loc[parts.index], labels.loc[parts.index]
        assert (labels == parts.label).all(), name + ": labels differ"
        pick = {part: (parts.part == part).to_numpy() for part in ("train", "validation", "test")}
        found = {}
        for rival, model in rivals(name, measure == "rmse", BOOSTING.get(name, {})).items():
            start = time.perf_counter()
            model.fit(inputs[pick["train"]], labels[pick["train"]])
            seconds = time.perf_counter() - start
            found[rival] = [model.scores(inputs[pick[part]]) for part in ("validation", "test")] + [seconds]
        best = (min if measure in LOWER else max)(
            found, key=lambda r: metric(measure, labels[pick["validation"]].to_numpy(), found[r][0]))
        truth = labels[pick["test"]].to_numpy()
        ours = parts.score[pick["test"]].to_numpy()
        low, high = difference(measure, truth, ours, found[best][1])
        print("| %s | %s | %.4f | %s | %s | %+.4f to %+.4f |" % (
            name, measure, metric(measure, truth, ours),
            ", ".join("%s %.4f (%.1f s)" % (r, metric(measure, truth, found[r][1]), found[r][2]) for r in found),
            best, low, high), flush=True)


if __name__ == "__main__":
    main()
