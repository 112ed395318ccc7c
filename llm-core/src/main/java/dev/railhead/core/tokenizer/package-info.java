/// Text to token ids and back: SentencePiece-style and byte-level BPE vocabularies as GGUF files carry them.
///
/// Both algorithms are the same merge loop ([dev.railhead.core.tokenizer.Merger]) over different pair tables. A
/// tokenizer
/// copies what it needs from the metadata, so it outlives the file it came from.
@NullMarked
package dev.railhead.core.tokenizer;

import org.jspecify.annotations.NullMarked;
