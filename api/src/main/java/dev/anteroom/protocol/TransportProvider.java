package dev.anteroom.protocol;

/** A transport, found by its name through {@link java.util.ServiceLoader}. */
public interface TransportProvider {
    /**
     * The name by which users choose it.
     *
     * @return a short lower-case word, such as {@code nio}
     */
    String name();

    /**
     * Starts event loops.
     *
     * @param options how
     * @return the running loops
     * @throws java.io.UncheckedIOException if the system has no resources for them
     */
    EventLoopGroup open(TransportOptions options);
}
