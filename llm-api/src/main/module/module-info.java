/// What an application sees of Railhead, and what a new backend or file format implements.
module dev.railhead.api {
    requires static transitive org.jspecify;

    exports dev.railhead;
    exports dev.railhead.spi;

    uses dev.railhead.spi.Engine;
}
