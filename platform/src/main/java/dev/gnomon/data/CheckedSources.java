package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The sources of a use case, checked while they are read: who first opens one gets only rows that
/// may be used, and the checks see all of them on the way, so that no scan is made for their sake.
///
/// ```java
/// CheckedSources sources = CheckedSources.of(useCase, engine, home, progress, clock);
/// features.load(sources, now);
/// sources.requireUsable(); // reads what nobody read, then says whether any of it may be used
/// ```
///
/// What was read counts only after [#requireUsable] (or [#outcome]): a rule with `block`, or about
/// a whole column, is known to hold at the end only. A source that is opened again while its first
/// scan runs is checked in a scan of its own. Safe for use by several threads.
public final class CheckedSources implements SourceOpener {
  private final String useCase;
  private final Frame frame;
  private final FileEngine engine;
  private final Home home;
  private final Progress progress;
  private final long now;
  private final Map<String, SourceReader> readers;
  private final Map<Check.Rule.Refers, Set<String>> referred;
  private final Map<String, SourceCheck> done = new LinkedHashMap<>();
  private final Map<String, Scan> running = new LinkedHashMap<>();
  private DataCheck.@Nullable Outcome outcome;

  private CheckedSources(
      String useCase,
      Frame frame,
      FileEngine engine,
      Home home,
      Progress progress,
      long now,
      Map<String, SourceReader> readers,
      Map<Check.Rule.Refers, Set<String>> referred) {
    this.useCase = useCase;
    this.frame = frame;
    this.engine = engine;
    this.home = home;
    this.progress = progress;
    this.now = now;
    this.readers = readers;
    this.referred = referred;
  }

  /// Settles the columns of all sources and the rules about them; reads only what `refers` points
  /// to.
  ///
  /// @param clock tells which events lie in the future
  /// @throws BadInput for what can't be read and for columns that are absent, all at once
  public static CheckedSources of(
      UseCase useCase, FileEngine engine, Home home, Progress progress, InstantSource clock) {
    return of(useCase.name(), useCase.data(), useCase.frame(), engine, home, progress, clock);
  }

  static CheckedSources of(
      String useCase,
      DataSection data,
      Frame frame,
      FileEngine engine,
      Home home,
      Progress progress,
      InstantSource clock) {
    List<Problem> problems = new ArrayList<>();
    Map<String, SourceReader> readers = DataCheck.readers(data, frame, engine, progress, problems);
    DataCheck.stop(problems);
    ErasedKeys erased = ErasedKeys.of(home);
    readers.replaceAll((_, reader) -> erased.without(reader, frame));
    Map<Check.Rule.Refers, Set<String>> referred = DataCheck.referred(readers, problems);
    DataCheck.stop(problems);
    CheckedSources sources =
        new CheckedSources(
            useCase,
            frame,
            engine,
            home,
            progress,
            Times.micros(clock.instant()),
            readers,
            referred);
    for (SourceReader reader : readers.values()) {
      try {
        var _ = sources.check(reader, List.of());
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    }
    DataCheck.stop(problems);
    return sources;
  }

  private SourceCheck check(SourceReader reader, List<String> also) {
    return new SourceCheck(
        reader, DataCheck.targetIn(frame, reader.spec().name()), referred, also, now);
  }

  private SourceReader reader(String name) {
    SourceReader found = readers.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no source '%s'; there are %s".formatted(name, String.join(", ", readers.keySet())));
    }
    return found;
  }

  @Override
  public Schema schema(SourceSpec source) {
    return reader(source.name()).schema();
  }

  @Override
  public synchronized TableScan open(SourceSpec source, List<String> columns) {
    String name = source.name();
    SourceReader reader = reader(name);
    SourceCheck known = done.get(name);
    if (known == null && !running.containsKey(name)) {
      SourceCheck check = check(reader, columns);
      Scan scan = new Scan(name, reader.openEverything(check.columns()), check, columns);
      running.put(name, scan);
      return scan;
    }
    return reader.without(rows(checked(reader))).open(columns);
  }

  private static BitSet rows(SourceCheck check) {
    BitSet rows = new BitSet();
    check.setAside().values().forEach(rows::or);
    return rows;
  }

  /// The check of a source, by a scan of its own if there is none yet.
  private SourceCheck checked(SourceReader reader) {
    String name = reader.spec().name();
    SourceCheck known = done.get(name);
    if (known != null) {
      return known;
    }
    progress.stage("checking " + name, reader.rowCount().orElse(0L));
    SourceCheck check = check(reader, List.of());
    check.read(progress);
    done.put(name, check);
    return check;
  }

  @Override
  public void requireUsable() {
    outcome().report().requireUsable();
  }

  /// What was found in all sources; those that nobody read to the end are read now.
  ///
  /// @throws BadInput for what can't be read, keys that never meet those of the population, and a
  ///   target without positive (or with one value only); all at once
  public synchronized DataCheck.Outcome outcome() {
    if (outcome != null) {
      return outcome;
    }
    List<Problem> problems = new ArrayList<>();
    Map<String, SourceCheck> checks = new LinkedHashMap<>();
    long greatest = Times.MISSING;
    for (SourceReader reader : readers.values()) {
      try {
        SourceCheck check = checked(reader);
        checks.put(reader.spec().name(), check);
        greatest = Math.max(greatest, check.last());
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    }
    DataCheck.stop(problems);
    Optional<String> population = DataCheck.population(frame);
    Set<String> known = population.map(checks::get).map(SourceCheck::keys).orElse(null);
    List<SourceReport> reports = new ArrayList<>();
    List<Problem> blocked = new ArrayList<>();
    Map<String, SourceReader> usable = new LinkedHashMap<>();
    for (Map.Entry<String, SourceCheck> entry : checks.entrySet()) {
      String name = entry.getKey();
      SourceCheck check = entry.getValue();
      SourceReader reader = reader(name);
      Map<String, BitSet> reasons = check.setAside();
      BitSet rows = rows(check);
      Optional<Path> file =
          reasons.isEmpty()
              ? Optional.empty()
              : Optional.of(Quarantine.write(engine, home, reader, reasons));
      Set<String> others = population.filter(name::equals).isPresent() ? null : known;
      SourceReport report = check.report(greatest, others, rows.cardinality(), file);
      DataCheck.requireKeysMeet(report, check, others, population.orElse(""), problems);
      DataCheck.requireTarget(frame, report, problems);
      reports.add(report);
      blocked.addAll(check.blocked(greatest));
      usable.put(name, reader.without(rows));
    }
    DataCheck.stop(problems);
    DataCheck.Outcome found =
        new DataCheck.Outcome(new DataReport(useCase, reports, blocked), usable);
    outcome = found;
    return found;
  }

  private synchronized void finished(Scan scan) {
    if (running.remove(scan.name, scan)) {
      scan.check.end(scan.source.filtered());
      done.putIfAbsent(scan.name, scan.check);
    }
  }

  private synchronized void leftOff(Scan scan) {
    running.remove(scan.name, scan);
  }

  /// Everything goes to the check; what may be used goes on.
  private final class Scan implements TableScan {
    private final String name;
    private final SourceScan source;
    private final SourceCheck check;
    private final int[] projection;
    private final Schema given;

    Scan(String name, SourceScan source, SourceCheck check, List<String> wanted) {
      this.name = name;
      this.source = source;
      this.check = check;
      Schema schema = source.schema();
      this.projection = wanted.stream().mapToInt(schema::require).toArray();
      this.given = new Schema(wanted.stream().map(n -> schema.field(schema.require(n))).toList());
    }

    @Override
    public Optional<Table> next() {
      while (true) {
        Optional<Table> read = source.next();
        if (read.isEmpty()) {
          finished(this);
          return read;
        }
        Table table = read.get();
        int[] kept = check.take(table);
        progress.advance(table.rows());
        int rows = kept == null ? table.rows() : kept.length;
        if (rows == 0) {
          continue;
        }
        List<Column> columns = new ArrayList<>(projection.length);
        for (int index : projection) {
          Column column = table.column(index);
          columns.add(kept == null ? column : SourceScan.gathered(column, kept));
        }
        return Optional.of(new Table(given, columns, rows));
      }
    }

    @Override
    public void close() {
      leftOff(this);
      source.close();
    }
  }
}
