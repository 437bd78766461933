/// Churn: to whom a subscription business offers a retention campaign. Data with a known truth, and
/// the use-case file that decides on it. Start with `README.md` beside the resources.
@NullMarked
package dev.gnomon.solutions.churn;

import org.jspecify.annotations.NullMarked;
