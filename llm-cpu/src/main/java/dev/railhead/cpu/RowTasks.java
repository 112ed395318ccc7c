package dev.railhead.cpu;

import dev.railhead.cpu.KernelWarmUp.Task;
import dev.railhead.spi.Activation;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Backend;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The kernels of row operations on a short row.
final class RowTasks {
    /// Whole vectors and a rest.
    private static final int VALUES = 16 * 16 + 7;

    /// Compiled kernels take 0.1 to 1 ns for a value, vectors as objects 40.
    private static final double NANOS_PER_VALUE = 5;

    private final Map<Kernel, Runnable> calls = new HashMap<>();

    RowTasks(Backend backend) {
        Activations x = KernelTasks.filled(1, VALUES);
        Activations y = KernelTasks.filled(1, VALUES);
        Activations out = new Activations(1, VALUES);
        calls.put(Kernel.RMS_NORM, () -> backend.rmsNorm(x, 1, y.values, 1f, out));
        calls.put(Kernel.LAYER_NORM, () -> backend.layerNorm(x, 1, y.values, y.values, 1f, out));
        calls.put(Kernel.SOFTCAP, () -> backend.softcap(out, 1, 1f));
        calls.put(Kernel.ADD, () -> backend.add(out, y, 1));
        for (Activation function : Activation.values()) {
            calls.put(Kernel.activation(function), () -> backend.gate(function, out, y, 1));
        }
    }

    /// @param kernel one of a row operation
    Task task(Kernel kernel) {
        return new Task(kernel, Objects.requireNonNull(calls.get(kernel)),
                KernelTasks.NANOS_PER_CALL + (long) (VALUES * NANOS_PER_VALUE));
    }
}
