#!/usr/bin/env bash
# Trains each learner in a process of its own, beside its rival in Python, on the same file.
# usage: training-speed.sh FOLDER [LEARNER...]    FOLDER: where the data go; 1 M x 50 needs 204 MB
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1; shift
mkdir -p "$folder"
rows=1000000 width=50 small=20000
[ -d "$here/target/lib" ] || "$here/run" -h >/dev/null # builds
gnomon() { "${JAVA_HOME:?set it to a JDK 25}/bin/java" -Xmx3g --enable-native-access=ALL-UNNAMED -cp "$here/target/classes:$here/target/lib/*" "dev.gnomon.benchmarks.$@"; }
[ -f "$folder/large.bin" ] || gnomon TrainingSpeed data "$folder/large.bin" $rows $width
[ -f "$folder/small.bin" ] || gnomon TrainingSpeed data "$folder/small.bin" $small $width

settings() { # the same work on both sides
  case $1 in
    xgboost) echo rounds=100 max-depth=6 eta=0.1 early-stopping-rounds=0 ;;
    lightgbm) echo rounds=100 leaves=31 eta=0.1 early-stopping-rounds=0 ;;
    decision-tree) echo max-depth=10 ccp-alpha=0 ;;
    random-forest | extra-trees) echo trees=20 max-depth=12 ;;
    adaboost) echo rounds=20 ;;
    sgd) echo epochs=5 ;;
    k-nn) echo k=15 ;;
  esac
}

echo "learner,side,seconds,peak MB,ROC-AUC,us per row scored"
for learner in "${@:-logistic sgd naive-bayes decision-tree random-forest extra-trees adaboost xgboost lightgbm svm-linear k-nn svm}"; do
  for name in $learner; do
    case $name in k-nn | svm) file=small n=$small ;; *) file=large n=$rows ;; esac
    # shellcheck disable=SC2046
    gnomon TrainingSpeed "$name" "$folder/$file.bin" $n $width $(settings "$name") | tail -1
    python3 "$here/training_speed.py" "$name" "$folder/$file.bin" $n $width | tail -1
  done
done
