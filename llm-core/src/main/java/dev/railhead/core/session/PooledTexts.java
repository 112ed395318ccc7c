package dev.railhead.core.session;

import dev.railhead.Pooling;
import dev.railhead.core.model.TextHead;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Pools the hidden states of texts as they come, and gives a group of texts to the head behind pooling when it is complete.
final class PooledTexts implements TextPass.Receiver {
    private final Pooling pooling;
    private final @Nullable TextHead head;
    private final int width;
    private final float[] @Nullable [] pooled; // [texts][width], those of a group while it is computed
    private final float[][] results; // [texts][what the head gives]
    private final double[] sums; // of the text whose states are coming, in the order of its tokens
    private int last = -1; // the last position seen of that text

    /// @param pooling MEAN, CLS or LAST
    PooledTexts(Pooling pooling, @Nullable TextHead head, int texts, int width) {
        this.pooling = pooling;
        this.head = head;
        this.width = width;
        pooled = new float[texts][];
        results = new float[texts][];
        sums = new double[width];
    }

    @Override
    public void state(int text, int position, float[] x, int offset) {
        switch (pooling) {
            case MEAN -> {
                if (position == 0) {
                    Arrays.fill(sums, 0);
                }
                for (int i = 0; i < width; i++) {
                    sums[i] += x[offset + i];
                }
            }
            case CLS -> {
                if (position == 0) {
                    pooled[text] = Arrays.copyOfRange(x, offset, offset + width);
                }
            }
            case LAST -> pooled[text] = Arrays.copyOfRange(x, offset, offset + width);
            case NONE, RANK -> throw new IllegalStateException("pooling: expected mean, cls or last, found " + pooling);
        }
        last = position;
    }

    @Override
    public void textDone(int text) {
        if (pooling == Pooling.MEAN) {
            float[] mean = new float[width];
            for (int i = 0; i < width; i++) {
                mean[i] = (float) (sums[i] / (last + 1));
            }
            pooled[text] = mean;
        }
    }

    @Override
    public void groupDone(int from, int to) {
        float[][] group = Arrays.copyOfRange(pooled, from, to);
        float[][] done = head == null ? group : head.apply(group);
        System.arraycopy(done, 0, results, from, to - from);
        Arrays.fill(pooled, from, to, null);
    }

    /// One vector for each text.
    float[][] results() {
        return results;
    }
}
