package dev.railhead.cpu;

import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.cpu.packed.PanelScratch;
import org.jspecify.annotations.Nullable;

/// The working memory of one thread of a backend, grown on demand.
final class WorkerScratch implements AutoCloseable {
    /// Outputs of a panel; `float[rows][PANEL]`.
    private float[] outputs = {};

    private @Nullable PanelScratch panel;

    float[] outputs(int rows) {
        if (outputs.length < rows * PackedMatrix.PANEL) {
            outputs = new float[rows * PackedMatrix.PANEL];
        }
        return outputs;
    }

    PanelScratch panel(int chunkLength) {
        PanelScratch current = panel;
        if (current == null || current.chunkLength() < chunkLength) {
            close();
            current = new PanelScratch(chunkLength);
            panel = current;
        }
        return current;
    }

    @Override
    public void close() {
        if (panel != null) {
            panel.close();
            panel = null;
        }
    }
}
