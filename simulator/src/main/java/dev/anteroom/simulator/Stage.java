package dev.anteroom.simulator;

import java.time.Duration;
import java.util.List;

/** Performs a load on something other than the simulator's gates, such as a real gateway. */
@FunctionalInterface
public interface Stage {
    /**
     * Performs all visits, and returns when the last client has gone.
     *
     * @param policy the policy, as users write it
     * @param rules the other settings of the gate
     * @param visits the visits, in order of arrival
     * @return what became of the visits
     * @throws Exception if the load cannot be performed; the message is for the user
     */
    Performance perform(String policy, Rules rules, List<Visit> visits) throws Exception;

    /**
     * A visit of one client.
     *
     * @param arrivalNanos the time from the beginning to its arrival
     * @param serviceNanos the length of its service
     * @param patienceNanos the time that it is willing to wait; {@link Long#MAX_VALUE} means for ever
     */
    record Visit(long arrivalNanos, long serviceNanos, long patienceNanos) {}

    /**
     * The settings of a gate, except its policy.
     *
     * @param limit the limit, as users write it
     * @param maxWaiting the places in the waiting room
     * @param maxWait the longest wait; zero means no bound
     * @param noticesDepartures whether a client whose patience is over disconnects; otherwise it stays connected
     */
    record Rules(String limit, int maxWaiting, Duration maxWait, boolean noticesDepartures) {}

    /**
     * What became of the visits. The array is not copied.
     *
     * @param waitNanos the wait of each visit that was served; negative if it was not served
     * @param waited the visits that were neither admitted nor refused at the door
     * @param abandoned the visits that left the waiting room
     * @param expired the visits that had waited for the longest permitted time
     * @param refused the visits that found no place
     * @param shed the visits that the policy gave up
     * @param lastNanos the time from the beginning until the last client had gone
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Performance(
            long[] waitNanos, long waited, long abandoned, long expired, long refused, long shed, long lastNanos) {}
}
