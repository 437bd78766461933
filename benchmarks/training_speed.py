#!/usr/bin/env python3
"""Trains one rival on the file that TrainingSpeed wrote: training_speed.py LEARNER FILE ROWS COLUMNS"""
import resource
import sys
import time

import numpy as np
from sklearn.metrics import roc_auc_score

name, file, rows, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
data = np.fromfile(file, dtype="<f4", count=rows * (width + 1)).reshape(rows, width + 1)
train = rows // 10 * 9
x, y = np.ascontiguousarray(data[:, :width]), data[:, width]


def model():
    if name == "xgboost":
        import xgboost
        return xgboost.XGBClassifier(n_estimators=100, max_depth=6, learning_rate=0.1, tree_method="hist", n_jobs=2)
    if name == "lightgbm":  # no package for Python here; scikit-learn's kin of it
        from sklearn.ensemble import HistGradientBoostingClassifier
        return HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, early_stopping=False)
    if name == "logistic":
        from sklearn.linear_model import LogisticRegression
        return LogisticRegression(max_iter=1000, tol=1e-6)
    if name == "sgd":
        from sklearn.linear_model import SGDClassifier
        return SGDClassifier(loss="log_loss", max_iter=5, tol=None)
    if name == "decision-tree":
        from sklearn.tree import DecisionTreeClassifier
        return DecisionTreeClassifier(max_depth=10)
    if name == "random-forest":
        from sklearn.ensemble import RandomForestClassifier
        return RandomForestClassifier(20, max_depth=12, n_jobs=2)
    if name == "extra-trees":
        from sklearn.ensemble import ExtraTreesClassifier
        return ExtraTreesClassifier(20, max_depth=12, n_jobs=2)
    if name == "adaboost":
        from sklearn.ensemble import AdaBoostClassifier
        return AdaBoostClassifier(n_estimators=20, algorithm="SAMME")
    if name == "naive-bayes":
        from sklearn.naive_bayes import GaussianNB
        return GaussianNB()
    if name == "svm-linear":
        from sklearn.svm import LinearSVC
        return LinearSVC(dual=False)
    if name == "k-nn":
        from sklearn.neighbors import KNeighborsClassifier
        return KNeighborsClassifier(15, algorithm="brute", n_jobs=2)
    from sklearn.svm import SVC
    return SVC(kernel="rbf", cache_size=500)


start = time.perf_counter()
fitted = model().fit(x[:train], y[:train])
seconds = time.perf_counter() - start
start = time.perf_counter()
if hasattr(fitted, "predict_proba") and name != "svm":
    scores = fitted.predict_proba(x[train:])[:, 1]
else:
    scores = fitted.decision_function(x[train:])
per_row = (time.perf_counter() - start) / (rows - train) * 1e6
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("%s,python,%.2f,%.0f,%.4f,%.2f" % (name, seconds, peak, roc_auc_score(y[train:], scores), per_row))
