package dev.anteroom.simulator;

import java.time.Duration;

/**
 * The conditions under which policies are compared.
 *
 * @param load the clients
 * @param nodes the number of gates
 * @param limit the limit of each gate, as users write it
 * @param maxWaiting the places in each waiting room
 * @param maxWait the longest wait; zero means no bound
 * @param departures whether the gate notices that a waiter's patience is over
 * @param retries how often a client that was not served tries again
 * @param retryAfter the time before it tries again
 * @param upstream the server behind the gates
 */
record Setup(
        Load load,
        int nodes,
        String limit,
        int maxWaiting,
        Duration maxWait,
        Departures departures,
        int retries,
        Distribution retryAfter,
        Upstream upstream) {
    Setup withLimit(String another) {
        return new Setup(load, nodes, another, maxWaiting, maxWait, departures, retries, retryAfter, upstream);
    }
}
