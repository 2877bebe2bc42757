package dev.anteroom.simulator;

import java.time.Duration;

/**
 * What a policy is tried with.
 *
 * @param load who comes
 * @param nodes how many gates there are
 * @param limit the slots of each
 * @param maxWaiting the waiting places of each
 * @param maxWait the longest wait; zero is for ever
 * @param departures what becomes of a waiter whose patience is over
 * @param retries how often a client that was not served comes again
 * @param retryAfter how long after
 */
record Setup(
        Load load,
        int nodes,
        int limit,
        int maxWaiting,
        Duration maxWait,
        Departures departures,
        int retries,
        Distribution retryAfter) {}
