package dev.railhead.core.session;

import dev.railhead.KvCacheType;
import dev.railhead.ModelOptions;
import dev.railhead.gguf.Llama2cFile;
import dev.railhead.spi.ModelSource;

/// Chooses the type of the KV cache where the application left it open; `docs/adr/0003-kv-cache-in-half-precision.md` has
/// the figures.
public final class KvCacheTypes {
    private KvCacheTypes() {}

    /// The type that the options ask for. Else F32 if all matrices are F32: whoever keeps such a file wants its exact
    /// results, which half precision keys and values would change more than anything else in the engine. F32 for llama2.c's
    /// files too, whose own programs keep f32. Else F16: such weights were rounded to 16 bits or fewer themselves.
    public static KvCacheType of(ModelSource source, ModelOptions options) {
        KvCacheType asked = options.kvCacheType();
        if (asked != null) {
            return asked;
        }
        boolean exact = source instanceof Llama2cFile || source.tensors().stream()
                .allMatch(tensor -> tensor.shape().length == 1 || tensor.type().name().equals("F32"));
        return exact ? KvCacheType.F32 : KvCacheType.F16;
    }
}
