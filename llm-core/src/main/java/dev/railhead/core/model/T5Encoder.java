package dev.railhead.core.model;

import dev.railhead.spi.AttentionMask;
import dev.railhead.spi.AttentionShape;

/// The encoder of T5 alone, as in Sentence-T5 (Ni et al., 2021) and GTR.
final class T5Encoder extends EncoderFamily {
    T5Encoder() {
        super("t5encoder", "Sentence-T5, GTR");
    }

    @Override
    AttentionShape attention(Hyperparameters hp, int layer) {
        return T5.shape(hp).withMask(AttentionMask.EVERYTHING);
    }

    @Override
    Embedding embedding(GraphBuilder b) {
        return Embedding.of(b);
    }

    @Override
    EncoderLayer layer(GraphBuilder b, int i) {
        return T5.encoderLayer(b.within("enc."), i);
    }

    @Override
    Norm finalNorm(GraphBuilder b) {
        return b.rmsNorm("enc.output_norm", b.width());
    }
}
