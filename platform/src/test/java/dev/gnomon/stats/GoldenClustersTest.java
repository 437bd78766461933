package dev.gnomon.stats;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenClustersTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("clusters")
        .is("cluster-internal", GoldenClustersTest::shape)
        .is(
            "cluster-silhouette-singleton",
            c ->
                c.check(
                    ClusterShape.of(c.matrix("points"), c.ints("labels")).silhouettes(), "samples"))
        .is("cluster-external", GoldenClustersTest::agreement)
        .tests();
  }

  private static void shape(GoldenCases.Case c) {
    ClusterShape shape = ClusterShape.of(c.matrix("points"), c.ints("labels"));
    c.check(shape.silhouette(), "silhouette");
    c.check(shape.silhouettes(), "silhouette_samples");
    c.check(shape.calinskiHarabasz(), "calinski_harabasz");
    c.check(shape.daviesBouldin(), "davies_bouldin");
  }

  private static void agreement(GoldenCases.Case c) {
    ClusterAgreement agreement = ClusterAgreement.of(c.ints("labels_true"), c.ints("labels_pred"));
    c.check(agreement.adjustedRand(), "ari");
    c.check(agreement.normalisedArithmetic(), "nmi_arithmetic");
    c.check(agreement.normalisedGeometric(), "nmi_geometric");
    c.check(agreement.adjustedInformation(), "ami");
    c.check(agreement.homogeneity(), "homogeneity");
    c.check(agreement.completeness(), "completeness");
    c.check(agreement.vMeasure(), "v");
    c.check(agreement.fowlkesMallows(), "fmi");
  }
}
