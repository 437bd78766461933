package dev.gnomon.registry;

import dev.gnomon.core.CanonicalJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What an entry of the ledger says, by its kind. Content is one JSON value.
///
/// Each kind is written so that the newest entry of a kind and subject says what holds: none adds
/// to what stood before. Hence what held at an instant is found with one look per subject, and not
/// by reading all that ever happened.
public sealed interface ControlChange {
  /// The word in the ledger.
  String kind();

  /// What it happened to within the use case.
  String subject();

  /// One JSON value; a removed alias has none.
  String content();

  /// A bundle became a version, for good.
  ///
  /// @param made what decides in it; empty for versions registered before that was kept
  record Registered(int version, String bundle, boolean passed, Optional<Made> made)
      implements ControlChange {
    public static final String KIND = "register";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    /// Without `made` it is the text of the first ledgers, whose hashes stand.
    @Override
    public String content() {
      if (made.isEmpty()) {
        return bundle + (passed ? " passed" : " failed");
      }
      ObjectNode json = CanonicalJson.object().put("bundle", bundle).put("passed", passed);
      made.get().into(json);
      return line(json);
    }
  }

  /// An alias points at a version from now on, or at none.
  record AliasMoved(String alias, OptionalInt version) implements ControlChange {
    public static final String KIND = "alias";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return alias;
    }

    @Override
    public String content() {
      return version.isPresent() ? Integer.toString(version.getAsInt()) : "";
    }
  }

  /// A version stands elsewhere in MLflow's older words: `None`, `Staging`, `Archived`.
  record StageMoved(int version, String stage) implements ControlChange {
    public static final String KIND = "stage";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("stage", stage));
    }
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
        return name().toLowerCase(java.util.Locale.ROOT);
      }
    }

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("state", state.word()).put("requester", requester));
    }
  }

  /// A version may become champion although gates said no.
  record GateOverridden(int version, List<String> gates) implements ControlChange {
    public static final String KIND = "gate-override";

    public GateOverridden {
      gates = List.copyOf(gates);
    }

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    @Override
    public String content() {
      ObjectNode json = CanonicalJson.object();
      var list = json.putArray("gates");
      gates.forEach(list::add);
      return line(json);
    }
  }

  /// A version became champion by its gates and approvals. The alias moves in the entry behind.
  record Promoted(int version, OptionalInt previous) implements ControlChange {
    public static final String KIND = "promotion";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    @Override
    public String content() {
      ObjectNode json = CanonicalJson.object();
      previous.ifPresent(number -> json.put("previous", number));
      return line(json);
    }
  }

  /// The champion went back. The alias moves in the entry behind.
  record RolledBack(int from, int to) implements ControlChange {
    public static final String KIND = "rollback";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(from);
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("to", to));
    }
  }

  /// What a use case asks of those who release for it.
  record ReleaseRule(boolean approvalRequired) implements ControlChange {
    public static final String KIND = "release-rule";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return "approval";
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("approval", approvalRequired ? "required" : "none"));
    }
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

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return node;
    }

    @Override
    public String content() {
      ObjectNode json =
          CanonicalJson.object()
              .put("definition", definition)
              .put("policy", policy)
              .put("features", features);
      ObjectNode viewNode = json.putObject("views");
      views.forEach(viewNode::put);
      ObjectNode shares = json.putObject("assignment");
      assignment.forEach(shares::put);
      return line(json);
    }
  }

  /// A server began or ended to decide for a use case. One that was killed wrote no end.
  record Served(String node, boolean on) implements ControlChange {
    public static final String KIND = "serving";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return node;
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("serving", on));
    }
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

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return id;
    }

    @Override
    public String content() {
      ObjectNode json =
          CanonicalJson.object()
              .put("name", name)
              .put("role", role)
              .put("approves", approves)
              .put("state", state);
      var list = json.putArray("useCases");
      useCases.forEach(list::add);
      expires.ifPresent(at -> json.put("expires", at));
      return line(json);
    }
  }

  /// The words of a registered version changed.
  ///
  /// @param version 0 for the use case itself
  record Described(int version, String text) implements ControlChange {
    public static final String KIND = "description";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("text", text));
    }
  }

  /// A tag of a registered version was set, or taken away.
  ///
  /// @param version 0 for the use case itself
  record Tagged(int version, String key, Optional<String> value) implements ControlChange {
    public static final String KIND = "tag";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return version + "/" + key;
    }

    @Override
    public String content() {
      ObjectNode json = CanonicalJson.object();
      value.ifPresent(text -> json.put("value", text));
      return line(json);
    }
  }

  /// Whether the files of a version's bundle are there: taken away where nothing needs them, and
  /// stored again by the same training.
  record BundleKept(int version, boolean there) implements ControlChange {
    public static final String KIND = "bundle";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return Integer.toString(version);
    }

    @Override
    public String content() {
      return line(CanonicalJson.object().put("there", there));
    }
  }

  /// A person was erased.
  ///
  /// @param person a keyed hash of the key, never the key
  /// @param content what was touched, as one JSON object
  record Erased(String person, String content) implements ControlChange {
    public static final String KIND = "erasure";

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String subject() {
      return person;
    }
  }

  /// A kind of another capability, or of a later version.
  record Other(String kind, String subject, String content) implements ControlChange {}

  /// Reads an entry. One of a known kind whose content is of no known form is [Other]: history is
  /// shown, not refused.
  static ControlChange of(LedgerEntry entry) {
    try {
      return read(entry.kind(), entry.subject(), entry.content());
    } catch (JacksonException | IllegalArgumentException unreadable) {
      return new Other(entry.kind(), entry.subject(), entry.content());
    }
  }

  private static ControlChange read(String kind, String subject, String content) {
    return switch (kind) {
      case Registered.KIND -> registered(Integer.parseInt(subject), content);
      case AliasMoved.KIND ->
          new AliasMoved(
              subject,
              content.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(content)));
      case StageMoved.KIND ->
          new StageMoved(Integer.parseInt(subject), json(content).path("stage").asString("None"));
      case Approval.KIND -> approval(Integer.parseInt(subject), json(content));
      case GateOverridden.KIND ->
          new GateOverridden(Integer.parseInt(subject), texts(json(content).path("gates")));
      case Promoted.KIND -> {
        JsonNode previous = json(content).path("previous");
        yield new Promoted(
            Integer.parseInt(subject),
            previous.isInt() ? OptionalInt.of(previous.intValue()) : OptionalInt.empty());
      }
      case RolledBack.KIND ->
          new RolledBack(Integer.parseInt(subject), json(content).path("to").asInt(0));
      case ReleaseRule.KIND ->
          new ReleaseRule(json(content).path("approval").asString("").equals("required"));
      case Defined.KIND -> defined(subject, json(content));
      case Served.KIND -> new Served(subject, json(content).path("serving").asBoolean(false));
      case Permitted.KIND -> permitted(subject, json(content));
      case Described.KIND ->
          new Described(Integer.parseInt(subject), json(content).path("text").asString(""));
      case Tagged.KIND -> tagged(subject, json(content));
      case BundleKept.KIND ->
          new BundleKept(Integer.parseInt(subject), json(content).path("there").asBoolean(true));
      case Erased.KIND -> new Erased(subject, content);
      default -> new Other(kind, subject, content);
    };
  }

  private static Registered registered(int version, String content) {
    if (!content.startsWith("{")) {
      String[] words = content.split(" ", 2);
      return new Registered(
          version, words[0], words.length > 1 && words[1].equals("passed"), Optional.empty());
    }
    JsonNode json = json(content);
    return new Registered(
        version,
        json.path("bundle").asString(""),
        json.path("passed").asBoolean(false),
        Optional.of(Made.from(json)));
  }

  private static Approval approval(int version, JsonNode json) {
    return new Approval(
        version,
        Approval.State.valueOf(json.path("state").asString("").toUpperCase(java.util.Locale.ROOT)),
        json.path("requester").asString(""));
  }

  private static Defined defined(String node, JsonNode json) {
    return new Defined(
        node,
        json.path("definition").asString(""),
        json.path("policy").asString(""),
        json.path("features").asString(""),
        map(json.path("views")),
        map(json.path("assignment")));
  }

  private static Permitted permitted(String id, JsonNode json) {
    JsonNode expires = json.path("expires");
    return new Permitted(
        id,
        json.path("state").asString(""),
        json.path("name").asString(""),
        json.path("role").asString(""),
        json.path("approves").asBoolean(false),
        texts(json.path("useCases")),
        expires.isString() ? Optional.of(expires.stringValue()) : Optional.empty());
  }

  private static Tagged tagged(String subject, JsonNode json) {
    int slash = subject.indexOf('/');
    JsonNode value = json.path("value");
    return new Tagged(
        Integer.parseInt(subject.substring(0, Math.max(0, slash))),
        subject.substring(slash + 1),
        value.isString() ? Optional.of(value.stringValue()) : Optional.empty());
  }

  private static JsonNode json(String content) {
    return JsonMapper.shared().readTree(content);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asString("")));
    return texts;
  }

  private static Map<String, String> map(JsonNode object) {
    Map<String, String> map = new TreeMap<>();
    object.forEachEntry((key, value) -> map.put(key, value.asString("")));
    return map;
  }

  private static String line(JsonNode json) {
    return CanonicalJson.text(json).strip();
  }
}
