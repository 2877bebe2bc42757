package dev.anteroom.chaos;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Registry of clients that will disappear at a certain moment of their connection. Thread-safe. */
final class Ambushes {
    /**
     * A moment in the life of a connection at which its client can disappear, on the thread that reaches the moment.
     */
    enum Moment {
        /** The gate has admitted the connection, and its callback has not run yet. */
        ADMITTED,
        /** The protocol is being built, in the middle of the swap. */
        SWAPPED,
        /** The protocol's {@code connectionMade} runs. */
        MADE,
        /** The server has read the client's order. */
        ORDERED
    }

    private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();

    /** Registers an action for a moment, under the client's number for {@code ORDERED} and under its port otherwise. */
    void lay(Moment moment, int port, long client, Runnable strike) {
        waiting.put(moment == Moment.ORDERED ? key(moment, client) : key(moment, port), strike);
    }

    /** Runs the action registered for this moment of the client at an address. */
    void strike(Moment moment, SocketAddress remote) {
        if (remote instanceof InetSocketAddress address) {
            strike(key(moment, address.getPort()));
        }
    }

    /** Runs the action registered for the moment when the server has read a client's order. */
    void strikeOrdered(long client) {
        strike(key(Moment.ORDERED, client));
    }

    private void strike(String key) {
        Runnable strike = waiting.remove(key);
        if (strike != null) {
            strike.run();
        }
    }

    private static String key(Moment moment, long client) {
        return moment + " " + client;
    }
}
