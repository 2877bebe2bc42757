import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.transport.nio.NioTransportProvider;
import org.jspecify.annotations.NullMarked;

/** The transport on {@code java.nio} alone. */
@NullMarked
module dev.anteroom.transport.nio {
    requires transitive dev.anteroom.api;
    requires jdk.net;

    exports dev.anteroom.transport.nio;

    provides TransportProvider with
            NioTransportProvider;
}
