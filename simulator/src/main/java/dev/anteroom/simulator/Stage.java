package dev.anteroom.simulator;

import java.time.Duration;
import java.util.List;

/** Where the clients of a load come to, if not to the simulator's gates: a real gateway, say. */
@FunctionalInterface
public interface Stage {
    /**
     * Lets all clients come, and returns when the last has gone.
     *
     * @param policy as users write it
     * @param rules what else the gate is to be
     * @param visits in order of arrival
     * @return what became of them
     * @throws Exception if it cannot be done; the message is for the user
     */
    Performance perform(String policy, Rules rules, List<Visit> visits) throws Exception;

    /**
     * One client.
     *
     * @param arrivalNanos after the begin
     * @param serviceNanos how long it is to be served
     * @param patienceNanos how long it waits; {@link Long#MAX_VALUE} is for ever
     */
    record Visit(long arrivalNanos, long serviceNanos, long patienceNanos) {}

    /**
     * A gate but its policy.
     *
     * @param limit as users write it
     * @param maxWaiting waiting places
     * @param maxWait the longest wait; zero is for ever
     * @param noticesDepartures whether a client whose patience is over leaves, or stays connected without caring
     */
    record Rules(String limit, int maxWaiting, Duration maxWait, boolean noticesDepartures) {}

    /**
     * What became of the clients. The array is not copied.
     *
     * @param waitNanos of each visit until it was served; negative if it was not
     * @param waited who was not admitted at the door, nor refused there
     * @param abandoned who left the waiting room
     * @param expired who had waited as long as one may
     * @param refused who found no place
     * @param shed whom the policy gave up on
     * @param lastNanos when the last had gone, after the begin
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Performance(
            long[] waitNanos, long waited, long abandoned, long expired, long refused, long shed, long lastNanos) {}
}
