/// The embedded demo model.
module dev.railhead.demo {
    requires transitive dev.railhead.api;

    exports dev.railhead.demo;
}
