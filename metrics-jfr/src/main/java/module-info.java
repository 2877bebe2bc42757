import org.jspecify.annotations.NullMarked;

/** Records the events of a gate with JDK Flight Recorder. */
@NullMarked
module dev.anteroom.metrics.jfr {
    requires transitive dev.anteroom.api;
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports dev.anteroom.metrics.jfr;
}
