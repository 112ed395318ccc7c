/// Text to token ids and back, for the vocabularies that GGUF files carry.
///
/// SentencePiece and BPE are the same merge loop ([dev.railhead.core.tokenizer.Merger]) over different pair tables. A
/// tokenizer copies what it needs from the metadata, so it outlives the file it came from.
@NullMarked
package dev.railhead.core.tokenizer;

import org.jspecify.annotations.NullMarked;
