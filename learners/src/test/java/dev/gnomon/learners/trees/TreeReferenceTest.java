package dev.gnomon.learners.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.trees.Forest;
import dev.gnomon.models.trees.Tree;
import dev.gnomon.stats.RandomStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against scikit-learn 1.2.1 on the same 400 weighted rows: the same splits, leaves, pruning path
/// and boosting.
class TreeReferenceTest {
  private static final TreeData DATA = TreeData.small(400);

  private static final String GINI =
      "0<0.45399999618530273 1<-0.45499999821186066 2<0.6579999923706055 4<-0.13999999687075615"
          + " 0.6263736263736264 0.23469387755102042 4<-0.346000000834465 0.8 1.0"
          + " 0<-0.346000000834465 2<-0.9319999814033508 0.4666666666666667 0.07037037037037037"
          + " 4<-0.9259999990463257 0.7857142857142857 0.3111888111888112 1<-0.4439999908208847"
          + " 3<0.7310000061988831 4<0.55799999833107 1.0 0.8125 0.7647058823529411"
          + " 4<0.3479999899864197 1<0.4619999974966049 0.6804123711340206 0.38596491228070173"
          + " 4<0.6379999816417694 1.0 0.7169811320754716";
  private static final String ENTROPY =
      "0<0.45399999618530273 1<-0.45499999821186066 2<0.6579999923706055 4<-0.13999999687075615"
          + " 0.6263736263736264 0.23469387755102042 4<-0.346000000834465 0.8 1.0"
          + " 0<-0.346000000834465 2<-0.9319999814033508 0.4666666666666667 0.07037037037037037"
          + " 4<-0.9259999990463257 0.7857142857142857 0.3111888111888112 1<-0.4439999908208847"
          + " 3<0.24499999731779099 1.0 4<-0.5259999930858612 1.0 0.6956521739130435"
          + " 4<0.3479999899864197 2<0.8540000021457672 0.5151515151515151 0.9090909090909091"
          + " 4<0.6379999816417694 1.0 0.7169811320754716";
  private static final String VARIANCE =
      "0<0.403999999165535 1<-0.13900000602006912 2<0.6180000007152557 3<-0.33500000834465027"
          + " 0.42899079313219496 -0.5509960383825591 1<-0.7619999945163727 1.2598621926524423"
          + " 0.6829761035483459 0<-0.2800000011920929 1<0.7119999825954437 -1.3452606307538717"
          + " -0.6052338988162004 3<-0.6319999992847443 -1.461803035489444 -0.06477935164584778"
          + " 1<-0.4439999908208847 4<-0.5259999930858612 4<-0.8100000023841858"
          + " 1.6168045163154603 2.6105658560991287 0<0.5340000092983246 0.678813712163405"
          + " 1.328240430802107 2<0.7259999811649323 3<-0.757999986410141 1.3096213579177856"
          + " 0.39164269921418865 3<-0.0010000000474974513 0.48405321265260376"
          + " 1.5584486776590347";
  private static final String BEST_FIRST =
      "0<0.45399999618530273 1<-0.45499999821186066 2<0.6579999923706055 4<-0.13999999687075615"
          + " 0<-0.1119999997317791 0.7536231884057971 0.22727272727272727 0.23469387755102042"
          + " 0.90625 0<-0.346000000834465 0.0912280701754386 4<-0.9259999990463257"
          + " 0.7857142857142857 0.3111888111888112 1<-0.4439999908208847 0.9292929292929293"
          + " 0.6733870967741935";
  private static final String PRUNED =
      "0<0.45399999618530273 1<-0.45499999821186066 2<0.6579999923706055 4<-0.13999999687075615"
          + " 0.6263736263736264 0.23469387755102042 0.90625 0<-0.346000000834465"
          + " 0.0912280701754386 4<-0.9259999990463257 0.7857142857142857 0<0.27400000393390656"
          + " 0.2606837606837607 4<0.1119999997317791 0.9166666666666666 0.21428571428571427"
          + " 0.7463976945244957";

  private static Forest tree(Fit.Target target, String... settings) {
    Map<String, String> all = new java.util.HashMap<>(Map.of("min-leaf", "5", "ccp-alpha", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return (Forest) DATA.train(new DecisionTreeTrainer(), target, all);
  }

  /// Each token in preorder is a split (input, threshold of scikit-learn: at most goes left) or the
  /// value of a leaf.
  private static void check(Forest forest, String expected) {
    Tree tree = forest.tree(0);
    String[] tokens = expected.split(" ", -1);
    assertThat(tree.size()).isEqualTo(tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      String token = tokens[i];
      int below = token.indexOf('<');
      if (below < 0) {
        assertThat(tree.right()[i]).as("node %d: %s", i, token).isNegative();
        assertThat(tree.values()[-1 - tree.right()[i]])
            .as("node %d", i)
            .isCloseTo(Double.parseDouble(token), within(1e-9));
      } else {
        assertThat(tree.right()[i]).as("node %d: %s", i, token).isPositive();
        assertThat(tree.feature()[i] >> 1)
            .as("node %d", i)
            .isEqualTo(Integer.parseInt(token.substring(0, below)));
        double theirs = Double.parseDouble(token.substring(below + 1));
        assertThat((double) tree.threshold()[i]).as("node %d", i).isGreaterThan(theirs);
        assertThat((double) Math.nextDown(tree.threshold()[i]))
            .as("node %d", i)
            .isLessThanOrEqualTo(theirs);
      }
    }
  }

  @Test
  void growsTheTreesOfScikitLearn() {
    check(tree(Fit.Target.BINARY, "max-depth", "4"), GINI);
    check(tree(Fit.Target.BINARY, "max-depth", "4", "criterion", "entropy"), ENTROPY);
    check(tree(Fit.Target.NUMBER, "max-depth", "4"), VARIANCE);
    check(tree(Fit.Target.BINARY, "max-leaves", "9"), BEST_FIRST);
  }

  @Test
  void prunesAsScikitLearnDoes() {
    check(tree(Fit.Target.BINARY, "max-depth", "6", "ccp-alpha", "0.008"), PRUNED);
    double[] alphas = {
      0.0, 0.00010321817710327863, 0.0004967374773095232, 0.0007552025061535036,
      0.0009274112980812571, 0.0016147910373490518, 0.001680103790195545, 0.0017216728225902533,
      0.0025333611342785657, 0.002537517648149055, 0.0033655968039693653, 0.0034707935625366802,
      0.0037227254030730503, 0.0038266129506102087, 0.004455279684637492, 0.004545484761882733,
      0.005269936740551134, 0.005585403698522024, 0.007045348032861623, 0.007708878615793797,
      0.007729093868883138, 0.00805528453568486, 0.009579090872950419, 0.012074765678959654,
      0.017142441219992505, 0.018602513077075222, 0.029766271893054197, 0.07381242670989319
    };
    try (Workers workers = new Workers(1)) {
      Bins bins = Bins.of(DATA.matrix(), 255, 10_000, workers);
      Growth growth = new Growth(Growth.Criterion.GINI, 6, 0, 2, 5, 5, false);
      GrownTree grown =
          new TreeGrower(bins, growth, null)
              .grow(DATA.classes(), DATA.weights(), RandomStream.of(1));
      Pruning pruning = new Pruning(grown);
      assertThat(pruning.alphas()).hasSize(alphas.length);
      for (int i = 0; i < alphas.length; i++) {
        assertThat(pruning.alphas()[i]).isCloseTo(alphas[i], within(1e-12));
      }
      assertThat(pruning.impurities()[0]).isCloseTo(0.22608732805878898, within(1e-12));
      assertThat(pruning.impurities()[27]).isCloseTo(0.4940313758824597, within(1e-12));
    }
  }

  /// scikit-learn's decision function times the sum of its tree weights.
  @Test
  void boostsAsSamme() {
    Map<String, String> stumps = Map.of("rounds", "20", "algorithm", "samme");
    margins(
        DATA.train(new AdaBoostTrainer(), Fit.Target.BINARY, stumps),
        0.5295476742203403,
        -0.1420999388810274,
        0.8510600278262215,
        0.2518845912092564,
        0.8510600278262215,
        -0.6219631123825579,
        -0.5656095246971158,
        -1.1169018269816553);
    Map<String, String> deeper =
        Map.of("rounds", "20", "algorithm", "samme", "learning-rate", "0.5", "max-depth", "2");
    margins(
        DATA.train(new AdaBoostTrainer(), Fit.Target.BINARY, deeper),
        0.5234114277496033,
        -0.8643546244957148,
        0.3635071586087899,
        0.09741038679306505,
        0.6948904996973255,
        -1.0955627645710562,
        -1.3265165073747085,
        -0.8643546244957148);
  }

  private static void margins(Model model, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(model.margin(DATA.matrix().values(), i * DATA.width()))
          .as("row %d", i)
          .isCloseTo(expected[i], within(1e-9));
    }
  }
}
