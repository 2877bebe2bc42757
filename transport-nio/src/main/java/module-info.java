import org.jspecify.annotations.NullMarked;

/** The transport on {@code java.nio} alone. */
@NullMarked
module dev.anteroom.transport.nio {
    requires transitive dev.anteroom.api;
}
