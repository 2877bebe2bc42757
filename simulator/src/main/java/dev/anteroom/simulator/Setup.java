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
 * @param noticesDepartures whether a waiter whose patience is over leaves the room; else it stays, and is served in vain
 * @param retries how often a client that was not served comes again
 * @param retryAfter how long after
 */
record Setup(
        Load load,
        int nodes,
        int limit,
        int maxWaiting,
        Duration maxWait,
        boolean noticesDepartures,
        int retries,
        Distribution retryAfter) {}
