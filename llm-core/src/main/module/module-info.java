/// Model families, tokenizers, sessions, sampling and the scalar reference backend.
module dev.railhead.core {
    requires transitive dev.railhead.gguf;
    requires com.google.common;

    uses dev.railhead.spi.BackendProvider;
}
