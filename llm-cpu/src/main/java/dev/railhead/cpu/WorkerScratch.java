package dev.railhead.cpu;

import dev.railhead.cpu.kv.PageFloats;
import dev.railhead.cpu.packed.PackedMatrix;
import dev.railhead.cpu.packed.PanelScratch;
import org.jspecify.annotations.Nullable;

/// The working memory of one thread of a backend, grown on demand.
final class WorkerScratch implements AutoCloseable {
    /// Outputs of a panel; `float[rows][PANEL]`.
    private float[] outputs = {};

    private @Nullable PanelScratch panel;
    private @Nullable PageFloats pageFloats;

    float[] outputs(int rows) {
        if (outputs.length < rows * PackedMatrix.PANEL) {
            outputs = new float[rows * PackedMatrix.PANEL];
        }
        return outputs;
    }

    PanelScratch panel(int chunkLength) {
        PanelScratch current = panel;
        if (current == null || current.chunkLength() < chunkLength) {
            closePanel();
            current = new PanelScratch(chunkLength);
            panel = current;
        }
        return current;
    }

    PageFloats pageFloats(int length) {
        PageFloats current = pageFloats;
        if (current == null || current.length() < length) {
            closePageFloats();
            current = new PageFloats(length);
            pageFloats = current;
        }
        return current;
    }

    @Override
    public void close() {
        closePanel();
        closePageFloats();
    }

    private void closePanel() {
        if (panel != null) {
            panel.close();
            panel = null;
        }
    }

    private void closePageFloats() {
        if (pageFloats != null) {
            pageFloats.close();
            pageFloats = null;
        }
    }
}
