package dev.gnomon.server.inference;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// What a model says of one of its tensors.
///
/// @param datatype the one that is told to clients
/// @param shape -1 stands for any size
/// @param optional whether a request may leave it out
/// @param accepted all types that are taken
public record TensorSpec(
    String name, Datatype datatype, long[] shape, boolean optional, Set<Datatype> accepted) {
  public TensorSpec {
    accepted = Set.copyOf(accepted);
  }

  /// A tensor that must be there, and of this type.
  public TensorSpec(String name, Datatype datatype, long... shape) {
    this(name, datatype, shape, false, EnumSet.of(datatype));
  }

  /// One value per row, which a request may leave out.
  static TensorSpec column(String name, Datatype datatype, Set<Datatype> accepted) {
    return new TensorSpec(name, datatype, new long[] {-1, 1}, true, accepted);
  }

  /// A column may also come as a list: `[n]` for `[n, 1]`.
  boolean fits(long[] given) {
    if (given.length == 1 && shape.length == 2 && shape[0] == -1 && shape[1] == 1) {
      return true;
    }
    if (given.length != shape.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != -1 && shape[i] != given[i]) {
        return false;
      }
    }
    return true;
  }

  /// @throws InferenceError when the tensor is not of the stated kind
  void check(Tensor tensor) {
    if (!accepted.contains(tensor.datatype())) {
      throw InferenceError.invalid(
          "inputs.%s.datatype: it is %s; the model takes %s"
              .formatted(
                  name, tensor.datatype(), accepted.stream().sorted().map(Enum::name).toList()));
    }
    if (!fits(tensor.shape())) {
      throw InferenceError.invalid(
          "inputs.%s.shape: it is %s; the model takes %s, where -1 is any size"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
  }
}
