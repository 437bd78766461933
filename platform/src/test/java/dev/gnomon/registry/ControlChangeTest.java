package dev.gnomon.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What stands in ledgers already: neither text nor hash of any kind may change.
class ControlChangeTest {
  private static final String BUNDLE = "%064x".formatted(3);

  private static final List<ControlChange> CHANGES =
      List.of(
          new ControlChange.Registered(
              3, BUNDLE, true, Optional.of(new Made("d", "p", "f", Map.of("b", "2", "a", "1")))),
          new ControlChange.Registered(3, BUNDLE, false, Optional.empty()),
          new ControlChange.Registered(4, BUNDLE, true, Optional.empty()),
          new ControlChange.AliasMoved("champion", OptionalInt.of(2)),
          new ControlChange.AliasMoved("champion", OptionalInt.empty()),
          new ControlChange.StageMoved(2, "Staging"),
          new ControlChange.Approval(2, ControlChange.Approval.State.REQUESTED, "ada"),
          new ControlChange.Approval(2, ControlChange.Approval.State.SPENT, ""),
          new ControlChange.GateOverridden(2, List.of("roc-auc", "a \"quoted\" gate")),
          new ControlChange.GateOverridden(2, List.of()),
          new ControlChange.Promoted(2, OptionalInt.of(1)),
          new ControlChange.Promoted(2, OptionalInt.empty()),
          new ControlChange.RolledBack(2, 1),
          new ControlChange.ReleaseRule(true),
          new ControlChange.ReleaseRule(false),
          new ControlChange.Defined(
              "n-1",
              "d",
              "p",
              "f",
              Map.of("z", "1", "a", "2"),
              Map.of("champion", "all", "hold-out", "0.05")),
          new ControlChange.Served("n-1", true),
          new ControlChange.Served("n-1", false),
          new ControlChange.Permitted(
              "t1",
              "active",
              "shop",
              "editor",
              true,
              List.of("fraud", "churn"),
              Optional.of("2027-01-01T00:00:00Z")),
          new ControlChange.Permitted(
              "t1", "revoked", "shop", "admin", false, List.of(), Optional.empty()),
          new ControlChange.Described(2, "Grüße,\n\"zweite\" Zeile"),
          new ControlChange.Tagged(2, "a/b", Optional.of("x")),
          new ControlChange.Tagged(0, "a", Optional.empty()),
          new ControlChange.BundleKept(2, false),
          new ControlChange.BundleKept(2, true),
          new ControlChange.Erased("5f00", "{\"rows\":3}"),
          new ControlChange.Other("note", "x", "no json"));

  @Test
  void whatIsStoredStaysAsItIs() {
    assertThat(
            CHANGES.stream()
                .map(c -> c.kind() + " | " + c.subject() + " | " + c.content())
                .collect(Collectors.joining("\n")))
        .isEqualTo(
            """
            register | 3 | {"bundle":"0000000000000000000000000000000000000000000000000000000000000003","definition":"d","features":"f","passed":true,"policy":"p","views":{"a":"1","b":"2"}}
            register | 3 | 0000000000000000000000000000000000000000000000000000000000000003 failed
            register | 4 | 0000000000000000000000000000000000000000000000000000000000000003 passed
            alias | champion | 2
            alias | champion |\s
            stage | 2 | {"stage":"Staging"}
            approval | 2 | {"requester":"ada","state":"requested"}
            approval | 2 | {"requester":"","state":"spent"}
            gate-override | 2 | {"gates":["roc-auc","a \\"quoted\\" gate"]}
            gate-override | 2 | {"gates":[]}
            promotion | 2 | {"previous":1}
            promotion | 2 | {}
            rollback | 2 | {"to":1}
            release-rule | approval | {"approval":"required"}
            release-rule | approval | {"approval":"none"}
            definition | n-1 | {"assignment":{"champion":"all","hold-out":"0.05"},"definition":"d","features":"f","policy":"p","views":{"a":"2","z":"1"}}
            serving | n-1 | {"serving":true}
            serving | n-1 | {"serving":false}
            permission | t1 | {"approves":true,"expires":"2027-01-01T00:00:00Z","name":"shop","role":"editor","state":"active","useCases":["fraud","churn"]}
            permission | t1 | {"approves":false,"name":"shop","role":"admin","state":"revoked","useCases":[]}
            description | 2 | {"text":"Grüße,\\n\\"zweite\\" Zeile"}
            tag | 2/a/b | {"value":"x"}
            tag | 0/a | {}
            bundle | 2 | {"there":false}
            bundle | 2 | {"there":true}
            erasure | 5f00 | {"rows":3}
            note | x | no json\
            """);
  }

  @Test
  void theChainOverAllKindsStaysAsItIs() {
    String hash = LedgerEntry.NONE;
    long sequence = 0;
    for (ControlChange c : CHANGES) {
      LedgerEntry entry =
          LedgerEntry.chained(
              hash,
              ++sequence,
              Instant.parse("2026-03-01T12:00:00Z"),
              c.kind(),
              "churn",
              c.subject(),
              c.content(),
              "ada",
              "why");
      assertThat(ControlChange.of(entry)).isEqualTo(c);
      hash = entry.hash();
    }
    assertThat(hash).isEqualTo("e7fdb64e61155be17c0dadf0937c3061a3ef74a5422541d8982baa2c48e53488");
  }

  @Test
  void everyKindIsAmongThem() {
    assertThat(CHANGES.stream().<Class<?>>map(ControlChange::getClass).distinct())
        .containsExactlyInAnyOrder(ControlChange.class.getPermittedSubclasses());
  }
}
