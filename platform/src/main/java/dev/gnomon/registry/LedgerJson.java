package dev.gnomon.registry;

import dev.gnomon.core.CanonicalJson;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Entries and states of the ledger as JSON: what `/v1/ledger` and `gnomon ledger --json` give.
///
/// Each entry comes with the hash of the one before it, so that anybody can compute its hash anew.
public final class LedgerJson {
  private final Registry registry;
  private final Function<String, Optional<Made>> made;

  /// @param made what a bundle is made of by its hash, for versions whose entry does not say
  public LedgerJson(Registry registry, Function<String, Optional<Made>> made) {
    this.registry = registry;
    this.made = made;
  }

  /// One part of a list.
  ///
  /// @param limit at most this many entries; when as many came, `next` is what `after` continues
  ///   with
  public ObjectNode list(List<LedgerEntry> entries, int limit) {
    ObjectNode json = CanonicalJson.object();
    ArrayNode list = json.putArray("entries");
    LedgerEntry before = null;
    for (LedgerEntry entry : entries) {
      String previous =
          before != null && before.sequence() == entry.sequence() - 1
              ? before.hash()
              : previous(entry);
      list.add(node(entry, previous));
      before = entry;
    }
    if (before != null && entries.size() == limit) {
      json.put("next", before.sequence());
    }
    return json;
  }

  /// What decided, and why that is so: the entries, and that they lie on the chain up to its head.
  public ObjectNode state(LedgerState state) {
    ObjectNode json = CanonicalJson.object().put("at", state.at().toString());
    ArrayNode list = json.putArray("useCases");
    long first = Long.MAX_VALUE;
    for (LedgerState.Deciding deciding : state.useCases().values()) {
      list.add(node(deciding));
      first = Math.min(first, deciding.evidence().getFirst().sequence());
    }
    if (first < Long.MAX_VALUE) {
      LedgerCheck check = registry.verifyChain(first - 1);
      ObjectNode chain = json.putObject("chain");
      chain.put("from", first).put("to", check.entries()).put("head", check.head());
      chain.put("intact", check.intact());
      check.problem().ifPresent(problem -> chain.put("problem", problem));
    }
    return json;
  }

  private ObjectNode node(LedgerState.Deciding deciding) {
    ObjectNode json = CanonicalJson.object().put("name", deciding.useCase());
    ObjectNode aliases = json.putObject("aliases");
    deciding.aliases().forEach(aliases::put);
    Optional<Integer> version = deciding.version();
    version.ifPresent(number -> json.put("version", number));
    version
        .flatMap(deciding::registered)
        .ifPresent(registered -> {
          json.put("bundle", registered.bundle()).put("passed", registered.passed());
          registered
              .made()
              .or(() -> made.apply(registered.bundle()))
              .ifPresent(it -> it.into(json));
        });
    deciding.evidence().stream()
        .filter(entry ->
            entry.kind().equals(ControlChange.AliasMoved.KIND)
                && entry.subject().equals(LedgerState.CHAMPION))
        .forEach(entry ->
            json.put("since", entry.at().toString())
                .put("who", entry.who())
                .put("why", entry.why()));
    json.put("approvalRequired", deciding.approvalRequired());
    ObjectNode stages = json.putObject("stages");
    deciding.stages().forEach((number, stage) -> stages.put(Integer.toString(number), stage));
    ArrayNode nodes = json.putArray("servers");
    deciding
        .nodes()
        .forEach((name, node) -> {
          ObjectNode one = nodes.addObject().put("name", name).put("serving", node.serving());
          one.put("since", node.since().toString());
          node.defined()
              .ifPresent(defined -> {
                one.put("definition", defined.definition()).put("policy", defined.policy());
                one.put("features", defined.features());
                ObjectNode views = one.putObject("views");
                defined.views().forEach(views::put);
                ObjectNode assignment = one.putObject("assignment");
                defined.assignment().forEach(assignment::put);
              });
        });
    ArrayNode evidence = json.putArray("evidence");
    deciding.evidence().forEach(entry -> evidence.add(node(entry, previous(entry))));
    return json;
  }

  private String previous(LedgerEntry entry) {
    return entry.sequence() == 1
        ? LedgerEntry.NONE
        : registry.ledger(entry.sequence() - 2, 1).getFirst().hash();
  }

  private static ObjectNode node(LedgerEntry entry, String previous) {
    return CanonicalJson.object()
        .put("sequence", entry.sequence())
        .put("at", entry.at().toString())
        .put("kind", entry.kind())
        .put("useCase", entry.useCase())
        .put("subject", entry.subject())
        .put("content", entry.content())
        .put("who", entry.who())
        .put("why", entry.why())
        .put("previous", previous)
        .put("hash", entry.hash());
  }
}
