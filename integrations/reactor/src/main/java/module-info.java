import org.jspecify.annotations.NullMarked;

/** An operator that gates a Mono or a Flux. */
@NullMarked
module dev.anteroom.reactor {
    requires transitive dev.anteroom.api;
    requires transitive reactor.core;
    requires transitive org.reactivestreams;

    exports dev.anteroom.reactor;
}
