/// The Vector API backend.
module dev.railhead.cpu {
    requires transitive dev.railhead.core;
    requires jdk.incubator.vector;
}
