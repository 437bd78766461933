package dev.gnomon.registry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;

/// What an entry of the ledger says, by its kind. Content is one JSON value.
///
/// Each kind is written so that the newest entry of a kind and subject says what holds: none adds
/// to what stood before. Hence what held at an instant is found with one look per subject, and not
/// by reading all that ever happened.
public sealed interface ControlChange {
  /// The word in the ledger.
  default String kind() {
    return ControlText.of(this).kind();
  }

  /// What it happened to within the use case.
  default String subject() {
    return ControlText.of(this).subject();
  }

  /// One JSON value; a removed alias has none.
  default String content() {
    return ControlText.of(this).content();
  }

  /// A bundle became a version, for good.
  ///
  /// @param made what decides in it; empty for versions registered before that was kept
  record Registered(int version, String bundle, boolean passed, Optional<Made> made)
      implements ControlChange {
    public static final String KIND = "register";
  }

  /// An alias points at a version from now on, or at none.
  record AliasMoved(String alias, OptionalInt version) implements ControlChange {
    public static final String KIND = "alias";
  }

  /// A version stands elsewhere in MLflow's older words: `None`, `Staging`, `Archived`.
  record StageMoved(int version, String stage) implements ControlChange {
    public static final String KIND = "stage";
  }

  /// Where the question stands whether a version may become champion.
  ///
  /// @param state what was said last
  /// @param requester who asked; empty when somebody answered before being asked
  record Approval(int version, State state, String requester) implements ControlChange {
    public static final String KIND = "approval";

    /// `spent`: an approval is for one way to the champion; after a rollback it counts no more.
    public enum State {
      REQUESTED,
      APPROVED,
      REJECTED,
      SPENT;

      public String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /// A version may become champion although gates said no.
  record GateOverridden(int version, List<String> gates) implements ControlChange {
    public static final String KIND = "gate-override";

    public GateOverridden {
      gates = List.copyOf(gates);
    }
  }

  /// A version became champion by its gates and approvals. The alias moves in the entry behind.
  record Promoted(int version, OptionalInt previous) implements ControlChange {
    public static final String KIND = "promotion";
  }

  /// The champion went back. The alias moves in the entry behind.
  record RolledBack(int from, int to) implements ControlChange {
    public static final String KIND = "rollback";
  }

  /// What a use case asks of those who release for it.
  record ReleaseRule(boolean approvalRequired) implements ControlChange {
    public static final String KIND = "release-rule";
  }

  /// The statement that a server goes by, from now on: what a bundle does not decide.
  ///
  /// @param node the server's name
  /// @param definition SHA-256 of the text of the use-case file
  /// @param policy SHA-256 of the part that decides beside the bundle: costs, constraints,
  ///   fallback, hold-out
  /// @param features hash of the feature definitions
  /// @param views each feature view with the hash of its definition
  /// @param assignment who gets which version: shares by `champion`, `hold-out`; an alias by `fast`
  record Defined(
      String node,
      String definition,
      String policy,
      String features,
      Map<String, String> views,
      Map<String, String> assignment)
      implements ControlChange {
    public static final String KIND = "definition";

    public Defined {
      views = Map.copyOf(views);
      assignment = Map.copyOf(assignment);
    }
  }

  /// A server began or ended to decide for a use case. One that was killed wrote no end.
  record Served(String node, boolean on) implements ControlChange {
    public static final String KIND = "serving";
  }

  /// A token was made or has ended. Never the token itself, nor its hash.
  ///
  /// @param id of the token
  /// @param state `active` or `revoked`
  /// @param approves whether it may approve versions
  /// @param useCases those it is for; empty for all
  /// @param expires when it ends by itself
  record Permitted(
      String id,
      String state,
      String name,
      String role,
      boolean approves,
      List<String> useCases,
      Optional<String> expires)
      implements ControlChange {
    public static final String KIND = "permission";

    public Permitted {
      useCases = List.copyOf(useCases);
    }
  }

  /// The words of a registered version changed.
  ///
  /// @param version 0 for the use case itself
  record Described(int version, String text) implements ControlChange {
    public static final String KIND = "description";
  }

  /// A tag of a registered version was set, or taken away.
  ///
  /// @param version 0 for the use case itself
  record Tagged(int version, String key, Optional<String> value) implements ControlChange {
    public static final String KIND = "tag";
  }

  /// Whether the files of a version's bundle are there: taken away where nothing needs them, and
  /// stored again by the same training.
  record BundleKept(int version, boolean there) implements ControlChange {
    public static final String KIND = "bundle";
  }

  /// A person was erased.
  ///
  /// @param person a keyed hash of the key, never the key
  /// @param content what was touched, as one JSON object
  record Erased(String person, String content) implements ControlChange {
    public static final String KIND = "erasure";
  }

  /// A kind of another capability, or of a later version.
  record Other(String kind, String subject, String content) implements ControlChange {}

  /// Reads an entry. One of a known kind whose content is of no known form is [Other]: history is
  /// shown, not refused.
  static ControlChange of(LedgerEntry entry) {
    try {
      return new ControlText(entry.kind(), entry.subject(), entry.content()).read();
    } catch (JacksonException | IllegalArgumentException unreadable) {
      return new Other(entry.kind(), entry.subject(), entry.content());
    }
  }
}
