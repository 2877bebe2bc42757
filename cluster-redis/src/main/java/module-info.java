import org.jspecify.annotations.NullMarked;

/** One limit for the gates of a whole fleet, lent to them by a Redis. */
@NullMarked
module dev.anteroom.cluster.redis {
    requires transitive dev.anteroom.api;
    requires transitive lettuce.core;

    exports dev.anteroom.fleet;
}
