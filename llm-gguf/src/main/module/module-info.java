/// The file formats of models: GGUF, split GGUF, llama2.c, and the block layouts of the weight types.
@SuppressWarnings("module") // dev.railhead.core is built later
module dev.railhead.gguf {
    requires transitive dev.railhead.api;
    requires com.google.common;

    exports dev.railhead.gguf;
    exports dev.railhead.gguf.block to dev.railhead.core;
}
