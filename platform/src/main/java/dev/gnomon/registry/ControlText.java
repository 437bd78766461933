package dev.gnomon.registry;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.registry.ControlChange.AliasMoved;
import dev.gnomon.registry.ControlChange.Approval;
import dev.gnomon.registry.ControlChange.BundleKept;
import dev.gnomon.registry.ControlChange.Defined;
import dev.gnomon.registry.ControlChange.Described;
import dev.gnomon.registry.ControlChange.Erased;
import dev.gnomon.registry.ControlChange.GateOverridden;
import dev.gnomon.registry.ControlChange.Other;
import dev.gnomon.registry.ControlChange.Permitted;
import dev.gnomon.registry.ControlChange.Promoted;
import dev.gnomon.registry.ControlChange.Registered;
import dev.gnomon.registry.ControlChange.ReleaseRule;
import dev.gnomon.registry.ControlChange.RolledBack;
import dev.gnomon.registry.ControlChange.Served;
import dev.gnomon.registry.ControlChange.StageMoved;
import dev.gnomon.registry.ControlChange.Tagged;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A control change as it stands in the ledger. The texts are hashed: those of a kind that was
/// written once never change.
record ControlText(String kind, String subject, String content) {
  static ControlText of(ControlChange change) {
    return switch (change) {
      case Registered c -> new ControlText(Registered.KIND, number(c.version()), registered(c));
      case AliasMoved c -> {
        String version = c.version().isPresent() ? number(c.version().getAsInt()) : "";
        yield new ControlText(AliasMoved.KIND, c.alias(), version);
      }
      case StageMoved c -> about(StageMoved.KIND, c.version(), object().put("stage", c.stage()));
      case Approval c ->
          about(
              Approval.KIND,
              c.version(),
              object().put("state", c.state().word()).put("requester", c.requester()));
      case GateOverridden c ->
          about(GateOverridden.KIND, c.version(), with(object(), "gates", c.gates()));
      case Promoted c -> {
        ObjectNode json = object();
        c.previous().ifPresent(version -> json.put("previous", version));
        yield about(Promoted.KIND, c.version(), json);
      }
      case RolledBack c -> about(RolledBack.KIND, c.from(), object().put("to", c.to()));
      case ReleaseRule c ->
          about(
              ReleaseRule.KIND,
              "approval",
              object().put("approval", c.approvalRequired() ? "required" : "none"));
      case Defined c -> about(Defined.KIND, c.node(), defined(c));
      case Served c -> about(Served.KIND, c.node(), object().put("serving", c.on()));
      case Permitted c -> about(Permitted.KIND, c.id(), permitted(c));
      case Described c -> about(Described.KIND, c.version(), object().put("text", c.text()));
      case Tagged c -> {
        ObjectNode json = object();
        c.value().ifPresent(text -> json.put("value", text));
        yield about(Tagged.KIND, c.version() + "/" + c.key(), json);
      }
      case BundleKept c -> about(BundleKept.KIND, c.version(), object().put("there", c.there()));
      case Erased c -> new ControlText(Erased.KIND, c.person(), c.content());
      case Other c -> new ControlText(c.kind(), c.subject(), c.content());
    };
  }

  /// @throws IllegalArgumentException or [tools.jackson.core.JacksonException] if the content is of
  ///   no form that the kind ever had
  ControlChange read() {
    return switch (kind) {
      case Registered.KIND -> readRegistered();
      case AliasMoved.KIND ->
          new AliasMoved(
              subject,
              content.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(content)));
      case StageMoved.KIND -> new StageMoved(version(), fields().text("stage", "None"));
      case Approval.KIND -> {
        Fields in = fields();
        yield new Approval(version(), state(in.text("state", "")), in.text("requester", ""));
      }
      case GateOverridden.KIND -> new GateOverridden(version(), fields().texts("gates"));
      case Promoted.KIND -> {
        JsonNode previous = fields().json().path("previous");
        yield new Promoted(
            version(),
            previous.isInt() ? OptionalInt.of(previous.intValue()) : OptionalInt.empty());
      }
      case RolledBack.KIND -> new RolledBack(version(), fields().json().path("to").asInt(0));
      case ReleaseRule.KIND -> new ReleaseRule(fields().text("approval", "").equals("required"));
      case Defined.KIND -> {
        Fields in = fields();
        yield new Defined(
            subject,
            in.text("definition", ""),
            in.text("policy", ""),
            in.text("features", ""),
            in.map("views"),
            in.map("assignment"));
      }
      case Served.KIND -> new Served(subject, fields().flag("serving", false));
      case Permitted.KIND -> {
        Fields in = fields();
        yield new Permitted(
            subject,
            in.text("state", ""),
            in.text("name", ""),
            in.text("role", ""),
            in.flag("approves", false),
            in.texts("useCases"),
            in.optional("expires"));
      }
      case Described.KIND -> new Described(version(), fields().text("text", ""));
      case Tagged.KIND -> {
        int slash = Math.max(0, subject.indexOf('/'));
        yield new Tagged(
            Integer.parseInt(subject.substring(0, slash)),
            subject.substring(slash + 1),
            fields().optional("value"));
      }
      case BundleKept.KIND -> new BundleKept(version(), fields().flag("there", true));
      case Erased.KIND -> new Erased(subject, content);
      default -> new Other(kind, subject, content);
    };
  }

  /// Without what was made it is the text of the first ledgers, whose hashes stand.
  private static String registered(Registered c) {
    if (c.made().isEmpty()) {
      return c.bundle() + (c.passed() ? " passed" : " failed");
    }
    ObjectNode json = object().put("bundle", c.bundle()).put("passed", c.passed());
    c.made().get().into(json);
    return line(json);
  }

  private Registered readRegistered() {
    if (!content.startsWith("{")) {
      String[] words = content.split(" ", 2);
      boolean passed = words.length > 1 && words[1].equals("passed");
      return new Registered(version(), words[0], passed, Optional.empty());
    }
    Fields in = fields();
    return new Registered(
        version(),
        in.text("bundle", ""),
        in.flag("passed", false),
        Optional.of(Made.from(in.json())));
  }

  private static ObjectNode defined(Defined c) {
    ObjectNode json =
        object()
            .put("definition", c.definition())
            .put("policy", c.policy())
            .put("features", c.features());
    ObjectNode views = json.putObject("views");
    c.views().forEach(views::put);
    ObjectNode assignment = json.putObject("assignment");
    c.assignment().forEach(assignment::put);
    return json;
  }

  private static ObjectNode permitted(Permitted c) {
    ObjectNode json =
        object()
            .put("name", c.name())
            .put("role", c.role())
            .put("approves", c.approves())
            .put("state", c.state());
    c.expires().ifPresent(at -> json.put("expires", at));
    return with(json, "useCases", c.useCases());
  }

  private static Approval.State state(String word) {
    return Approval.State.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static ControlText about(String kind, int version, ObjectNode json) {
    return about(kind, number(version), json);
  }

  private static ControlText about(String kind, String subject, ObjectNode json) {
    return new ControlText(kind, subject, line(json));
  }

  private static String number(int version) {
    return Integer.toString(version);
  }

  private static ObjectNode object() {
    return CanonicalJson.object();
  }

  private static ObjectNode with(ObjectNode json, String name, List<String> texts) {
    var list = json.putArray(name);
    texts.forEach(list::add);
    return json;
  }

  private static String line(JsonNode json) {
    return CanonicalJson.text(json).strip();
  }

  private int version() {
    return Integer.parseInt(subject);
  }

  private Fields fields() {
    return new Fields(JsonMapper.shared().readTree(content));
  }

  /// What an object says; what it does not say is missing.
  private record Fields(JsonNode json) {
    String text(String name, String otherwise) {
      return json.path(name).asString(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
      return json.path(name).asBoolean(otherwise);
    }

    Optional<String> optional(String name) {
      JsonNode value = json.path(name);
      return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    List<String> texts(String name) {
      List<String> texts = new ArrayList<>();
      json.path(name).forEach(item -> texts.add(item.asString("")));
      return texts;
    }

    Map<String, String> map(String name) {
      Map<String, String> map = new TreeMap<>();
      json.path(name).forEachEntry((key, value) -> map.put(key, value.asString("")));
      return map;
    }
  }
}
