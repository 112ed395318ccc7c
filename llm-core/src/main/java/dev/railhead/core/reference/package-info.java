/// The scalar backend in plain Java: `docs/arithmetic.md` as code. It is the oracle of every kernel test, and computes
/// where `jdk.incubator.vector` is absent.
@NullMarked
package dev.railhead.core.reference;

import org.jspecify.annotations.NullMarked;
