package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Lives one customer day by day: at midnight the customer looks back (see [ChurnHazard]), then the
/// day happens. What happens does not depend on whether the decision to leave is made already, so
/// that nothing but the hazard tells of it.
final class LifeSimulation {
  private static final String[] COUNTRIES = {"DE", "FR", "PL", "GB", "ES"};
  private static final double[] COUNTRY_WEIGHTS = {0.32, 0.22, 0.18, 0.16, 0.12};
  private static final String[] PLANS = {"basic", "plus", "pro"};
  private static final double[] PRICES = {9.99, 19.99, 39.99};
  private static final double[] YEARLY_VALUES = {300, 480, 760};
  private static final int[] TERMS = {3, 6, 12};
  private static final String[] DEVICES = {"phone", "tv", "web"};
  private static final String[] TOPICS = {"billing", "technical", "content", "account"};
  private static final String[] REASONS = {"price", "service", "not used", "other"};

  /// Sessions by day of the week, Monday first.
  private static final double[] WEEK = {0.92, 0.9, 0.92, 0.95, 1.05, 1.16, 1.1};

  private static final int CUT_DAY = ChurnScenario.day(ChurnScenario.CUT);
  private static final int END_DAY = ChurnScenario.day(ChurnScenario.END);

  private final SeededRandom random;
  private final String id;
  private final int firstDay;
  private final int signupDay;

  // Who it is.
  private final String country;
  private final double age;
  private final String gender;
  private final double valueFactor;
  private final double loginRate;
  private final double minutesMedian;
  private final double failRate;
  private final int paymentPhase;
  private final double[] deviceWeights;
  private final int surveyPhase;
  private final int waveDay;
  private int plan;
  private int term;
  private int termStart;
  private double raised = 1;
  private int raisedDay = -1;
  private double satisfaction = Double.NaN;
  private double ageOnRecord = Double.NaN;

  // How it goes just now: a bad time makes fewer sessions, failed payments and complaints together.
  private int badUntil;
  private int discountUntil = -1;

  // What is on record, per day.
  private final int[] loginCounts;
  private final int[] failedCounts;
  private final int[] unhappyCounts;
  private final int[] disputedCounts;
  private final int[] discountedCounts;

  private final List<ChurnRow.CustomerChange> changes = new ArrayList<>();
  private final List<ChurnRow.Login> logins = new ArrayList<>();
  private final List<ChurnRow.Payment> payments = new ArrayList<>();
  private final List<ChurnRow.Ticket> tickets = new ArrayList<>();
  private final List<ChurnRow.Cancellation> cancellations = new ArrayList<>();

  /// @param slot one of the places that are always taken by somebody
  /// @param generation the how-manieth customer in that place; the first ones signed up earlier
  /// @param firstDay counted from [ChurnScenario#START]
  LifeSimulation(long seed, int slot, int generation, int firstDay) {
    this.random = SeededRandom.of(seed, slot, generation);
    this.id = "C%05d%02d".formatted(slot, generation);
    this.firstDay = firstDay;
    boolean old = generation == 0;
    this.signupDay = old ? -(int) Math.min(1800, random.exponential(280)) : firstDay;
    this.country = COUNTRIES[random.weighted(COUNTRY_WEIGHTS)];
    this.age = Math.max(18, Math.min(88, Math.rint(42 + 14 * random.normal())));
    this.gender = random.chance(0.5) ? "female" : "male";
    this.plan = random.weighted(0.45, 0.38, 0.17);
    this.term = TERMS[random.weighted(0.4, 0.35, 0.25)];
    this.termStart = signupDay;
    this.valueFactor = StrictMath.exp(0.3 * random.normal());
    this.loginRate = 0.2 + random.exponential(0.13) + random.exponential(0.13);
    this.minutesMedian = 22 * StrictMath.exp(0.35 * random.normal());
    this.failRate = random.chance(0.08) ? 0.18 : 0.012;
    this.paymentPhase = random.below(30);
    this.deviceWeights = new double[] {random.uniform(), random.uniform(), random.uniform()};
    this.surveyPhase = random.below(90);
    this.waveDay = random.chance(ChurnScenario.PRICE_WAVE_SHARE) ? CUT_DAY + random.below(5) : -1;
    while (termStart + termDays() <= firstDay) {
      termStart += termDays();
    }
    int days = END_DAY - firstDay + 1;
    this.loginCounts = new int[days];
    this.failedCounts = new int[days];
    this.unhappyCounts = new int[days];
    this.disputedCounts = new int[days];
    this.discountedCounts = new int[days];
  }

  CustomerLife run() {
    double[] hazards = new double[END_DAY - firstDay + 1];
    long leavesAt = Times.MISSING;
    int day = firstDay;
    openAccount();
    while (true) {
      double hazard = day == firstDay ? 0 : ChurnHazard.of(history(day));
      hazards[day - firstDay] = hazard;
      boolean leaves = random.chance(1 - StrictMath.exp(-hazard));
      double within = random.uniform();
      if (leaves && leavesAt == Times.MISSING) {
        leavesAt = leave(day + ChurnScenario.HORIZON_DAYS - 1 + within);
      }
      boolean ended = leavesAt != Times.MISSING && day > ChurnScenario.day(leavesAt);
      if (day == END_DAY || (ended && leavesAt < ChurnScenario.CUT)) {
        break;
      }
      live(day);
      day++;
    }
    if (leavesAt != Times.MISSING && leavesAt < ChurnScenario.CUT) {
      long end = leavesAt;
      changes.removeIf(row -> row.at() > end);
      logins.removeIf(row -> row.at() > end);
      payments.removeIf(row -> row.at() > end);
      tickets.removeIf(row -> row.at() > end);
    }
    return new CustomerLife(
        id,
        firstDay,
        day,
        Arrays.copyOf(hazards, day - firstDay + 1),
        leavesAt,
        changes,
        logins,
        payments,
        tickets,
        cancellations);
  }

  private void openAccount() {
    long at = ChurnScenario.time(firstDay + random.uniform(0, 0.3));
    boolean askedAge = !random.chance(0.04);
    if (!askedAge) {
      change(at, Double.NaN);
    } else if (random.chance(0.006)) {
      // A slip of the pen, corrected by the service desk a few days later.
      change(at, new double[] {0, 7, 130, 199}[random.below(4)]);
      change(ChurnScenario.time(firstDay + random.uniform(1, 5)), age);
    } else {
      change(at, age);
    }
    ageOnRecord = askedAge ? age : Double.NaN;
    badUntil = firstDay;
  }

  private void live(int day) {
    if (day >= badUntil && random.chance(1 / 400.0)) {
      badUntil = day + 30 + random.below(31);
    }
    boolean bad = day < badUntil;
    contract(day, bad);
    session(day, bad);
    if ((day + paymentPhase) % 30 == 0) {
      pay(day, bad);
    }
    if (random.chance(bad ? 0.05 : 0.006)) {
      complain(day, bad);
    }
  }

  private void contract(int day, boolean bad) {
    if (day == firstDay) {
      return;
    }
    boolean changed = false;
    if (day >= termStart + termDays()) {
      termStart += termDays();
      changed = true;
    }
    if (random.chance(1 / 500.0)) {
      plan = Math.max(0, Math.min(2, plan + (random.chance(bad ? 0.2 : 0.6) ? 1 : -1)));
      changed = true;
    }
    boolean increase = random.chance(1 / 400.0);
    if (day == waveDay || (increase && day - signupDay >= 90)) {
      raised *= 1.08;
      raisedDay = day;
      changed = true;
    }
    if ((day + surveyPhase) % 90 == 0 && random.chance(0.7)) {
      double mood = (bad ? 4.5 : 7.5) + 1.6 * random.normal();
      satisfaction = Math.max(1, Math.min(10, Math.rint(mood)));
      changed = true;
    }
    if (changed) {
      change(ChurnScenario.time(day + random.uniform(0, 0.3)), ageOnRecord);
    }
  }

  private int termDays() {
    return term * 30;
  }

  private void session(int day, boolean bad) {
    double season = 1 + 0.05 * StrictMath.cos(2 * StrictMath.PI * (day - 15) / 365.25);
    double rate = loginRate * WEEK[Math.floorMod(day, 7)] * season * (bad ? 0.25 : 1);
    int count = random.poisson(rate);
    if (count == 0) {
      return;
    }
    double[] hours = new double[count];
    for (int i = 0; i < count; i++) {
      // Mostly in the evening.
      hours[i] = 6 + 18 * Math.max(random.uniform(), random.uniform());
    }
    Arrays.sort(hours);
    for (double hour : hours) {
      long at = ChurnScenario.time(day + hour / 24);
      int device = random.weighted(deviceWeights);
      double minutes = minutesMedian * StrictMath.exp(0.6 * random.normal());
      if (at >= ChurnScenario.CUT) {
        minutes *= ChurnScenario.MINUTES_SCALE_AFTER_CUT;
      }
      boolean lost = random.chance(0.02);
      logins.add(
          new ChurnRow.Login(
              id + "-l" + logins.size(),
              id,
              at,
              known(at),
              DEVICES[device],
              lost ? Double.NaN : Math.rint(minutes * 10) / 10,
              random.chance(0.001)));
    }
    loginCounts[day - firstDay] += count;
  }

  private void pay(int day, boolean bad) {
    if (day >= discountUntil && random.chance(0.04)) {
      discountUntil = day + 90;
    }
    double price = price();
    double discount = day < discountUntil ? Math.rint(price * 20) / 100 : 0;
    double fails = bad ? 0.45 : failRate;
    double disputes = bad ? 0.06 : 0.001;
    int status = random.weighted(1 - fails - disputes, fails, disputes);
    String word = status == 0 ? "ok" : status == 1 ? "failed" : "disputed";
    long at = ChurnScenario.time(day + random.uniform(0.2, 0.4));
    double amount = Math.rint((price - discount) * 100) / 100;
    payments.add(
        new ChurnRow.Payment(
            id + "-p" + payments.size(), id, at, known(at), amount, discount, word));
    int i = day - firstDay;
    failedCounts[i] += status == 1 ? 1 : 0;
    disputedCounts[i] += status == 2 ? 1 : 0;
    discountedCounts[i] += discount > 0 ? 1 : 0;
  }

  private void complain(int day, boolean bad) {
    double stars = Double.NaN;
    if (!random.chance(0.2)) {
      stars = 1 + (bad ? random.weighted(4, 3, 2, 1, 0.5) : random.weighted(0.7, 1, 2.5, 4, 4));
    }
    long at = ChurnScenario.time(day + random.uniform(0.3, 0.9));
    tickets.add(
        new ChurnRow.Ticket(
            id + "-t" + tickets.size(),
            id,
            at,
            known(at),
            TOPICS[random.below(TOPICS.length)],
            stars));
    if (stars <= 2) {
      unhappyCounts[day - firstDay]++;
    }
  }

  private long leave(double day) {
    long at = ChurnScenario.time(day);
    long hours = (long) Math.min(36, 0.05 + random.exponential(1.5));
    long delay = hours * Times.HOUR + 5 * Times.MINUTE;
    cancellations.add(
        new ChurnRow.Cancellation(
            id + "-x", id, at, at + delay, REASONS[random.below(REASONS.length)]));
    return at;
  }

  private double price() {
    return Math.rint(PRICES[plan] * raised * 100) / 100;
  }

  private void change(long at, double ageNow) {
    changes.add(
        new ChurnRow.CustomerChange(
            id + "-s" + changes.size(),
            id,
            at,
            known(at),
            ChurnScenario.time(signupDay),
            ChurnScenario.time(termStart + termDays()),
            raisedDay < 0 ? Times.MISSING : ChurnScenario.time(raisedDay),
            country,
            ageNow,
            gender,
            PLANS[plan],
            term,
            price(),
            Math.rint(YEARLY_VALUES[plan] * valueFactor),
            satisfaction));
  }

  /// Minutes mostly; one row in fifty waits for a repaired batch, up to four days.
  private long known(long at) {
    double seconds = random.chance(0.02) ? Math.min(4 * 86_400, random.exponential(86_400)) : 0;
    seconds += 20 + random.exponential(240);
    long whole = (long) seconds;
    return at + whole * Times.SECOND;
  }

  private ChurnHazard.History history(int day) {
    double sinceIncrease = raisedDay < 0 ? Double.POSITIVE_INFINITY : day - raisedDay;
    return new ChurnHazard.History(
        sum(loginCounts, day, 60),
        sum(loginCounts, day, 120),
        sum(failedCounts, day, 60),
        sum(unhappyCounts, day, 60),
        sum(disputedCounts, day, 90),
        sinceIncrease,
        sum(discountedCounts, day, 90) > 0,
        termStart + termDays() - day,
        day - signupDay,
        age,
        PLANS[plan]);
  }

  /// Over the days [day - window, day).
  private int sum(int[] counts, int day, int window) {
    int to = day - firstDay;
    int total = 0;
    for (int i = Math.max(0, to - window); i < to; i++) {
      total += counts[i];
    }
    return total;
  }
}
