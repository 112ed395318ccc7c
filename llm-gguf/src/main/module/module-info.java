/// The file formats of models: GGUF, split GGUF, llama2.c, and the block layouts of the weight types.
module dev.railhead.gguf {
    requires transitive dev.railhead.api;
    requires com.google.common;
}
