package dev.gnomon.server.inference;

import static dev.gnomon.server.inference.ProtoMessages.bytes;
import static dev.gnomon.server.inference.ProtoMessages.message;
import static dev.gnomon.server.inference.ProtoMessages.text;
import static dev.gnomon.server.inference.ProtoMessages.varint;

import dev.gnomon.server.GrpcService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// `inference.GRPCInferenceService` with Triton's repository and statistics methods, and
/// `inference.model_repository.ModelRepositoryService` as MLServer has it.
public final class InferenceGrpc {
  static final String SERVICE = "inference.GRPCInferenceService";
  static final String REPOSITORY = "inference.model_repository.ModelRepositoryService";

  private final ModelRepository models;
  private final InferenceLimits limits;
  private final Consumer<Throwable> told;

  /// @param told of failures that are bugs
  public InferenceGrpc(ModelRepository models, InferenceLimits limits, Consumer<Throwable> told) {
    this.models = models;
    this.limits = limits;
    this.told = told;
  }

  public List<ServerServiceDefinition> services() {
    GrpcService inference =
        service(SERVICE)
            .unary("ServerLive", request -> truth(true))
            .unary("ServerReady", request -> truth(models.ready()))
            .unary(
                "ModelReady",
                request -> {
                  Named named = named(request, 1, 2);
                  return truth(models.ready(named.name, named.version));
                })
            .unary("ServerMetadata", request -> serverMetadata())
            .unary(
                "ModelMetadata",
                request -> {
                  Named named = named(request, 1, 2);
                  return InferenceProto.metadata(models.metadata(named.name, named.version));
                })
            .unary("ModelInfer", this::infer)
            .unary("ModelStatistics", this::statistics);
    return List.of(
        repository(inference).definition(), repository(service(REPOSITORY)).definition());
  }

  private GrpcService service(String name) {
    return new GrpcService(name, limits.maxBytes(), InferenceGrpc::status, told);
  }

  private GrpcService repository(GrpcService service) {
    return service
        .unary("RepositoryIndex", this::index)
        .unary(
            "RepositoryModelLoad",
            request -> {
              models.load(named(request, 2, 0).name);
              return new byte[0];
            })
        .unary(
            "RepositoryModelUnload",
            request -> {
              models.unload(named(request, 2, 0).name);
              return new byte[0];
            });
  }

  private static Optional<Status> status(RuntimeException failure) {
    return InferenceError.of(failure).map(InferenceError::grpc);
  }

  /// `bool live=1`, `bool ready=1`.
  private static byte[] truth(boolean truth) {
    return message(out -> {
      if (truth) {
        out.writeBool(1, true);
      }
    });
  }

  private byte[] serverMetadata() {
    return message(out -> {
      text(out, 1, ModelRepository.serverName());
      text(out, 2, models.serverVersion());
      for (String extension : ModelRepository.extensions()) {
        out.writeString(3, extension);
      }
    });
  }

  private static final class Named {
    String name = "";
    String version = "";
  }

  private static Named named(byte[] request, int nameField, int versionField) {
    Named named = new Named();
    ProtoMessages.read(
        request,
        "request",
        (tag, in) -> {
          if (tag == bytes(nameField)) {
            named.name = in.readStringRequireUtf8();
          } else if (versionField != 0 && tag == bytes(versionField)) {
            named.version = in.readStringRequireUtf8();
          } else {
            return false;
          }
          return true;
        });
    return named;
  }

  private byte[] infer(byte[] request) {
    InferenceProto.Asked asked = InferenceProto.request(request, OfCall.CURRENT);
    return InferenceProto.response(models.infer(asked.request()), asked.raw());
  }

  /// The deadline of the call that runs in this thread, and its cancellation.
  private enum OfCall implements Deadline {
    CURRENT;

    @Override
    public void check() {
      Context call = Context.current();
      var deadline = call.getDeadline();
      if (deadline != null && deadline.isExpired()) {
        throw new InferenceError(
            InferenceError.Kind.DEADLINE, "The deadline of the call has passed.");
      }
      if (call.isCancelled()) {
        throw Status.CANCELLED.withDescription("The call was cancelled.").asRuntimeException();
      }
    }

    @Override
    public OptionalLong left() {
      var deadline = Context.current().getDeadline();
      return deadline == null
          ? OptionalLong.empty()
          : OptionalLong.of(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }
  }

  /// `string repository_name=1; bool ready=2` to `repeated ModelIndex models=1`.
  private byte[] index(byte[] request) {
    boolean[] ready = {false};
    ProtoMessages.read(
        request,
        "RepositoryIndexRequest",
        (tag, in) -> {
          if (tag == varint(2)) {
            ready[0] = in.readBool();
            return true;
          }
          return false;
        });
    return message(out -> {
      for (ModelRepository.Line line : models.index(ready[0])) {
        out.writeByteArray(
            1,
            message(inside -> {
              text(inside, 1, line.name());
              text(inside, 2, line.version());
              text(inside, 3, line.state());
              text(inside, 4, line.reason());
            }));
      }
    });
  }

  /// Triton's `ModelStatistics`: 1 name | 2 version | 3 last_inference | 4 inference_count | 5
  /// execution_count | 6 inference_stats {1 success | 2 fail | 5 compute_infer}, each {1 count | 2
  /// ns}.
  private byte[] statistics(byte[] request) {
    Named named = named(request, 1, 2);
    ModelStatistics statistics = models.statistics(named.name, named.version);
    List<String> versions = models.metadata(named.name, named.version).versions();
    long successes = statistics.successes.sum();
    byte[] success = duration(successes, statistics.successNanos.sum());
    byte[] fail = duration(statistics.failures.sum(), statistics.failureNanos.sum());
    byte[] one =
        message(out -> {
          text(out, 1, named.name);
          text(out, 2, versions.isEmpty() ? "" : versions.getLast());
          out.writeUInt64(3, statistics.lastInference.get());
          out.writeUInt64(4, statistics.inferences.sum());
          out.writeUInt64(5, successes);
          out.writeByteArray(
              6,
              message(inside -> {
                inside.writeByteArray(1, success);
                inside.writeByteArray(2, fail);
                inside.writeByteArray(5, success);
              }));
        });
    return message(out -> out.writeByteArray(1, one));
  }

  private static byte[] duration(long count, long nanos) {
    return message(out -> {
      out.writeUInt64(1, count);
      out.writeUInt64(2, nanos);
    });
  }
}
