import org.jspecify.annotations.NullMarked;

/** A gate's figures in any Micrometer registry. */
@NullMarked
module dev.anteroom.metrics.micrometer {
    requires transitive dev.anteroom.api;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports dev.anteroom.metrics.micrometer;
}
