package dev.anteroom.chaos;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Clients that lie in wait for a moment of their own connection. Thread-safe. */
final class Ambushes {
    private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();

    /** Waits for a moment that is told by the client's address, or by who the client is. */
    void lay(Moment moment, int port, long client, Runnable strike) {
        waiting.put(moment == Moment.ORDERED ? key(moment, client) : key(moment, port), strike);
    }

    /** The moment has come for whoever connected from there. */
    void strike(Moment moment, SocketAddress remote) {
        if (remote instanceof InetSocketAddress address) {
            strike(key(moment, address.getPort()));
        }
    }

    /** The server has read a client's order. */
    void strikeOrdered(long client) {
        strike(key(Moment.ORDERED, client));
    }

    private void strike(String key) {
        Runnable strike = waiting.remove(key);
        if (strike != null) {
            strike.run();
        }
    }

    private static String key(Moment moment, long who) {
        return moment + " " + who;
    }
}
