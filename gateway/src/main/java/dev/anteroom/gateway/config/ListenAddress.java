package dev.anteroom.gateway.config;

/** Where a listener accepts: an address, or a socket that was opened for it. As text it is what {@link #parse} reads. */
public sealed interface ListenAddress permits Endpoint, ListenAddress.Inherited {
    /** A socket that listens already, and is the program's standard input. */
    enum Inherited implements ListenAddress {
        /** The one that there can be. */
        STANDARD_INPUT;

        @Override
        public String toString() {
            return "inherited";
        }
    }

    /**
     * Reads {@code HOST:PORT}, or {@code inherited}.
     *
     * @throws IllegalArgumentException if it is neither, or no such host is known
     */
    static ListenAddress parse(String text) {
        return text.equals(Inherited.STANDARD_INPUT.toString()) ? Inherited.STANDARD_INPUT : Endpoint.parse(text);
    }
}
