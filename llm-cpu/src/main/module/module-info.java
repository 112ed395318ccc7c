/// The Vector API backend. A module path that holds it needs no `--add-modules jdk.incubator.vector`.
module dev.railhead.cpu {
    requires transitive dev.railhead.core;
    requires jdk.incubator.vector;
}
