package dev.gnomon.server.feast;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.FeatureOrigins;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.serving.LiveUseCase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What Feast's names mean here, worked out once: a view is a source or a use case, a service is a
/// use case. Where two use cases compute a feature of one source under one name, the one that was
/// given first is read.
final class ViewIndex {
  /// One use case: its columns, and what a column of entities may be called.
  ///
  /// @param index its place, from 0
  /// @param views of each column of the row
  /// @param ttls of each column of the row, microseconds; the largest long for none
  /// @param keyNames the entity and the key columns of the sources
  /// @param inputs what may come with the request
  /// @param computed whether the column is derived from others, and so from values of the request
  record Served(
      int index,
      LiveUseCase live,
      List<String> views,
      long[] ttls,
      Set<String> keyNames,
      Set<String> inputs,
      boolean[] computed) {

    Schema row() {
      return live.features().plan().row();
    }

    boolean flat() {
      return live.useCase().data().isFlatTable();
    }
  }

  /// One feature: a column of the row of a use case.
  record Feature(Served served, int column) {
    String view() {
      return served.views().get(column);
    }

    String name() {
      return served.row().field(column).name();
    }
  }

  private final List<Served> all = new ArrayList<>();
  private final Map<String, Map<String, Feature>> views = new LinkedHashMap<>();

  ViewIndex(List<LiveUseCase> useCases) {
    for (LiveUseCase live : useCases) {
      Served served = served(all.size(), live);
      all.add(served);
      live.useCase()
          .data()
          .sources()
          .keySet()
          .forEach(name -> views.computeIfAbsent(name, n -> new LinkedHashMap<>()));
      views.computeIfAbsent(live.useCase().name(), n -> new LinkedHashMap<>());
      for (int c = 0; c < served.views().size(); c++) {
        Feature feature = new Feature(served, c);
        for (String name : List.of(feature.view(), named(live.useCase(), feature.view()))) {
          views
              .computeIfAbsent(name, n -> new LinkedHashMap<>())
              .putIfAbsent(feature.name(), feature);
        }
      }
    }
  }

  /// The name that the file gives to the view of a source; the source's unless it says otherwise.
  private static String named(UseCase useCase, String source) {
    return useCase.features().view(source).name();
  }

  private static Served served(int index, LiveUseCase live) {
    UseCase useCase = live.useCase();
    FeaturePlan plan = live.features().plan();
    FeatureOrigins origins = FeatureOrigins.of(plan);
    Set<String> keys = new LinkedHashSet<>();
    useCase.data().sources().values().stream()
        .filter(SourceSpec::isOfPrimaryEntity)
        .forEach(source -> source.key().ifPresent(keys::add));
    keys.add(useCase.frame().entity());
    boolean[] computed = new boolean[plan.row().size()];
    Set<String> inputs = new LinkedHashSet<>();
    for (int c = 0; c < computed.length; c++) {
      String name = plan.row().field(c).name();
      computed[c] =
          useCase.features().derived().containsKey(name)
              || (name.equals("observed_at") && origins.sources().get(c).equals(useCase.name()));
      if (!computed[c]) {
        inputs.add(name);
      }
    }
    if (useCase.data().isFlatTable()) {
      SourceSpec table = useCase.data().require(DataSection.TABLE);
      inputs.addAll(Objects.requireNonNull(plan.schemas().get(DataSection.TABLE)).names());
      inputs.removeAll(table.columns().keySet());
    }
    long[] ttls =
        origins.ttls().stream()
            .mapToLong(ttl -> ttl.map(t -> t.toNanos() / 1_000).orElse(Long.MAX_VALUE))
            .toArray();
    return new Served(index, live, origins.sources(), ttls, keys, inputs, computed);
  }

  List<Served> all() {
    return all;
  }

  /// The use cases that read a source; all when there is none of that name.
  Set<String> readersOf(String source) {
    boolean known =
        all.stream().anyMatch(one -> one.live().useCase().data().sources().containsKey(source));
    Set<String> names = new HashSet<>();
    for (Served served : all) {
      if (!known || served.live().useCase().data().sources().containsKey(source)) {
        names.add(served.live().useCase().name());
      }
    }
    return names;
  }

  /// The names of entities that use cases have for the key of a source.
  Set<String> entitiesOf(String source) {
    Set<String> names = new HashSet<>();
    for (Served served : all) {
      if (served.live().useCase().data().sources().containsKey(source)) {
        names.add(served.live().useCase().frame().entity());
      }
    }
    return names;
  }

  /// The model inputs of a use case.
  ///
  /// @throws FeastError when there is none of that name
  List<Feature> service(String name) {
    for (Served served : all) {
      if (served.live().useCase().name().equals(name)) {
        List<Feature> features = new ArrayList<>();
        for (int c = 0; c < served.live().features().plan().inputs(); c++) {
          features.add(new Feature(served, c));
        }
        return features;
      }
    }
    List<String> names = all.stream().map(one -> one.live().useCase().name()).toList();
    throw FeastError.notFound(
        "FeatureServiceNotFoundException",
        "Feature service %s does not exist; %s".formatted(name, instead(name, names)));
  }

  /// @param references each `view:feature`
  /// @throws FeastError naming every reference that means nothing
  List<Feature> features(List<String> references) {
    List<Feature> found = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    String type = null;
    for (String reference : references) {
      int colon = reference.indexOf(':');
      String view = colon < 0 ? reference : reference.substring(0, colon);
      Map<String, Feature> features = views.get(view);
      if (colon < 0) {
        wrong.add(
            "'%s' is no reference to a feature, such as view:feature".formatted(shown(reference)));
        type = type == null ? "FeastObjectNotFoundException" : type;
      } else if (features == null) {
        wrong.add(noView(view));
        type = "FeatureViewNotFoundException";
      } else {
        String name = reference.substring(colon + 1);
        @Nullable Feature feature = features.get(name);
        if (feature == null) {
          wrong.add(
              "Feature %s does not exist in feature view %s; %s"
                  .formatted(shown(name), view, instead(name, features.keySet())));
          type = type == null ? "FeastObjectNotFoundException" : type;
        } else {
          found.add(feature);
        }
      }
    }
    if (type != null) {
      throw FeastError.notFound(type, String.join("\n", wrong));
    }
    return found;
  }

  private String noView(String view) {
    int at = view.indexOf('@');
    if (at >= 0 && views.containsKey(view.substring(0, at))) {
      return "Feature view %s does not exist: of %s only the definition that is served can be asked for, without @version"
          .formatted(shown(view), view.substring(0, at));
    }
    return "Feature view %s does not exist; %s"
        .formatted(shown(view), instead(view, views.keySet()));
  }

  static String instead(String name, Collection<String> valid) {
    List<String> names = List.copyOf(valid);
    return Nearest.to(name, names)
        .map(near -> "did you mean '%s'?".formatted(near))
        .orElse(
            names.isEmpty()
                ? "there is none"
                : "there are " + shown(String.join(", ", names), 1_000));
  }

  static String shown(String text) {
    return shown(text, 100);
  }

  private static String shown(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
