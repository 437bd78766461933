package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.StreamProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The streams of one node: those its sources are read from, and those whose requests it answers.
final class NodeStreams {
  private final Home home;
  private final ArrivalClock clock;
  private final Consumer<String> told;
  private final Map<String, Followed> streams = new LinkedHashMap<>();
  private final Map<String, Answered> requests = new LinkedHashMap<>();

  private record Followed(EventStream stream, StreamIntake intake) {}

  private record Answered(EventStream stream, RequestIntake intake) {}

  NodeStreams(Home home, ArrivalClock clock, Consumer<String> told) {
    this.home = home;
    this.clock = clock;
    this.told = told;
  }

  /// Begins to follow the streams of the sources, each from where the log says it was read to, and
  /// to answer the requests that come by streams.
  ///
  /// Returns at once. A stream whose server is away is waited for, and what is known is served.
  ///
  /// @param environment settings of the engines by environment variable
  /// @throws BadInput naming every stream that can't be right; then none is followed
  synchronized void follow(
      Map<String, SourceIntake> sources,
      Map<String, LiveUseCase> useCases,
      Map<String, String> environment) {
    Map<String, StreamProvider> providers = new TreeMap<>();
    ServiceLoader.load(StreamProvider.class).forEach(p -> providers.put(p.name(), p));
    List<Problem> problems = new ArrayList<>();
    sources.forEach((name, intake) -> {
      Optional<StreamSpec> stream = intake.spec().stream();
      if (stream.isEmpty() || streams.containsKey(name)) {
        return;
      }
      StreamProvider provider =
          provider(
              "source '%s', stream".formatted(name), stream.get().engine(), providers, problems);
      if (provider == null) {
        return;
      }
      StreamIntake sink = intake.stream(stream.get(), told);
      try {
        streams.put(
            name, new Followed(provider.follow(name, stream.get(), environment, sink), sink));
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    });
    useCases.forEach((name, live) -> {
      Optional<DecisionStreamSpec> stream = live.useCase().production().decisions();
      if (stream.isEmpty() || requests.containsKey(name)) {
        return;
      }
      StreamProvider provider =
          provider(
              "use case '%s', production.decisions".formatted(name),
              stream.get().engine(),
              providers,
              problems);
      if (provider == null) {
        return;
      }
      try {
        RequestIntake sink =
            new RequestIntake(live, stream.get(), OnlineStores.node(home), clock, told);
        requests.put(
            name, new Answered(provider.answer(name, stream.get(), environment, sink), sink));
      } catch (BadInput e) {
        problems.addAll(e.problems());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    if (!problems.isEmpty()) {
      all().forEach(EventStream::close);
      requests.clear();
      streams.clear();
      throw new BadInput(problems);
    }
  }

  private static @Nullable StreamProvider provider(
      String place, String engine, Map<String, StreamProvider> providers, List<Problem> problems) {
    StreamProvider provider = providers.get(engine);
    if (provider == null) {
      problems.add(
          new Problem(
              place,
              "no stream engine named '%s'".formatted(engine),
              "on the class path: "
                  + (providers.isEmpty() ? "none" : String.join(", ", providers.keySet()))));
    }
    return provider;
  }

  /// How the streams go that are followed.
  synchronized List<StreamReadings> streams() {
    return streams.values().stream().map(one -> one.intake.readings(one.stream.status())).toList();
  }

  /// How the streams of requests go that are answered.
  synchronized List<RequestReadings> requests() {
    return requests.values().stream().map(one -> one.intake.readings(one.stream.status())).toList();
  }

  /// All of them, in the order in which they are to end: the answering first, while what it decides
  /// from is still kept up to date.
  List<EventStream> all() {
    List<EventStream> all = new ArrayList<>();
    requests.values().forEach(one -> all.add(one.stream));
    streams.values().forEach(one -> all.add(one.stream));
    return all;
  }
}
