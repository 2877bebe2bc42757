package dev.anteroom.chaos;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Registry of clients that will disappear at a certain moment of their connection. Thread-safe. */
final class Ambushes {
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
