package dev.anteroom.protocol;

/** Opens the event loops of one transport. Providers are found by name through {@link java.util.ServiceLoader}. */
public interface TransportProvider {
    /**
     * Returns the name by which users choose the transport.
     *
     * @return a short lower-case word, such as {@code nio}
     */
    String name();

    /**
     * Starts event loops.
     *
     * @param options the options of the transport
     * @return the running loops
     * @throws java.io.UncheckedIOException if the system has no resources for them
     */
    EventLoopGroup open(TransportOptions options);
}
