package dev.anteroom.simulator;

import java.time.Duration;

/**
 * What a policy is tried with.
 *
 * @param load who comes
 * @param nodes how many gates there are
 * @param limit the slots of each, as users write a limit
 * @param maxWaiting the waiting places of each
 * @param maxWait the longest wait; zero is for ever
 * @param departures what becomes of a waiter whose patience is over
 * @param retries how often a client that was not served comes again
 * @param retryAfter how long after
 * @param upstream what serves the clients
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
