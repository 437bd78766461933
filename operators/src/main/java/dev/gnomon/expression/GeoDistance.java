package dev.gnomon.expression;

/// The great-circle distance between two points on a sphere, by the haversine formula (R. W.
/// Sinnott, "Virtues of the haversine", Sky and Telescope 68, 1984), which stays accurate for small
/// distances. On the sphere with the Earth's mean radius R1 = 6371.0088 km (IUGG; H. Moritz,
/// "Geodetic Reference System 1980") it is within 0.56 % of the distance on the ellipsoid.
///
/// StrictMath throughout, so that a feature has the same bits on every processor.
final class GeoDistance {
  static final double RADIUS_KM = 6_371.0088;

  private GeoDistance() {}

  /// @param lat1 degrees, -90 to 90; longitudes are -180 to 180
  /// @return kilometres; NaN when a coordinate is missing or out of range. Exactly symmetric.
  static double km(double lat1, double lon1, double lat2, double lon2) {
    if (!within(lat1, 90) || !within(lat2, 90) || !within(lon1, 180) || !within(lon2, 180)) {
      return Double.NaN;
    }
    double north = StrictMath.sin(radians(lat2 - lat1) / 2);
    double east = StrictMath.sin(radians(lon2 - lon1) / 2);
    double narrowing = StrictMath.cos(radians(lat1)) * StrictMath.cos(radians(lat2));
    double haversine = north * north + narrowing * (east * east);
    return 2 * RADIUS_KM * StrictMath.asin(Math.min(1, StrictMath.sqrt(haversine)));
  }

  private static boolean within(double degrees, double most) {
    return degrees >= -most && degrees <= most;
  }

  private static double radians(double degrees) {
    return degrees / 180 * Math.PI;
  }
}
