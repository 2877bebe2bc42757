import org.jspecify.annotations.NullMarked;

/** What happens at a gate, as events of JDK Flight Recorder. */
@NullMarked
module dev.anteroom.metrics.jfr {
    requires transitive dev.anteroom.api;
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports dev.anteroom.metrics.jfr;
}
