package dev.anteroom.gateway.config;

/** The place where a listener accepts: an address or an inherited socket. {@link #parse} reads its text form. */
public sealed interface ListenAddress permits Endpoint, ListenAddress.Inherited {
    /** A listening socket that is the program's standard input. */
    enum Inherited implements ListenAddress {
        /** The only such socket. */
        STANDARD_INPUT;

        @Override
        public String toString() {
            return "inherited";
        }
    }

    /**
     * Parses {@code HOST:PORT} or {@code inherited}.
     *
     * @throws IllegalArgumentException if the text is neither, or the host is unknown
     */
    static ListenAddress parse(String text) {
        return text.equals(Inherited.STANDARD_INPUT.toString()) ? Inherited.STANDARD_INPUT : Endpoint.parse(text);
    }
}
