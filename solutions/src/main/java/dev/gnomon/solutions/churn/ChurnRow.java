package dev.gnomon.solutions.churn;

/// One raw record of the business, as its systems write it.
///
/// Times are microseconds since the epoch, whole seconds; `at` is when it happened, `knownAt` when
/// the warehouse had it. A number that was not recorded is NaN.
public sealed interface ChurnRow {
  String id();

  String customer();

  long at();

  long knownAt();

  /// The whole state of a customer after a change: sign-up, plan change, price increase, renewal,
  /// answered survey, correction.
  ///
  /// @param priceIncreasedAt [dev.gnomon.schema.Times#MISSING] before the first increase
  /// @param satisfaction of the last survey, 1 to 10
  /// @param clv the money a year of this customer is worth, in USD
  record CustomerChange(
      String id,
      String customer,
      long at,
      long knownAt,
      long signupAt,
      long renewalAt,
      long priceIncreasedAt,
      String country,
      double age,
      String gender,
      String plan,
      int termMonths,
      double price,
      double clv,
      double satisfaction)
      implements ChurnRow {}

  /// A session.
  record Login(
      String id,
      String customer,
      long at,
      long knownAt,
      String device,
      double minutes,
      boolean repeated)
      implements ChurnRow {}

  /// @param status ok, failed or disputed
  record Payment(
      String id,
      String customer,
      long at,
      long knownAt,
      double amount,
      double discount,
      String status)
      implements ChurnRow {}

  /// @param satisfaction 1 to 5 stars
  record Ticket(
      String id, String customer, long at, long knownAt, String topic, double satisfaction)
      implements ChurnRow {}

  record Cancellation(String id, String customer, long at, long knownAt, String reason)
      implements ChurnRow {}
}
