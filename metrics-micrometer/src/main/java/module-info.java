import org.jspecify.annotations.NullMarked;

/** Registers the metrics of a gate in any Micrometer registry. */
@NullMarked
module dev.anteroom.metrics.micrometer {
    requires transitive dev.anteroom.api;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports dev.anteroom.metrics.micrometer;
}
