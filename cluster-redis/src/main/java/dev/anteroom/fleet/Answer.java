package dev.anteroom.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The script's answer to a report.
 *
 * @param status the outcome of the report
 * @param epoch the epoch to report to, if the node has to report again; otherwise empty
 * @param generation the generation to report under in that case
 * @param grant what the node holds from now on, if the script took the report
 * @param fleetMillis the fleet's time, or -1 if the answer does not contain it
 */
record Answer(
        String status,
        String epoch,
        long generation,
        @Nullable Grant grant,
        long fleetMillis) {
    /**
     * The slots lent to a node, and the state of its fleet.
     *
     * @param lent slots that the node may use
     * @param target slots that the node should come down to
     * @param limit the fleet's limit
     * @param limitVersion the number of changes of that limit
     * @param pollMillis the shortest time between two reports
     * @param settling whether the Redis grants nothing yet
     * @param nodes the number of nodes
     */
    record Grant(int lent, int target, int limit, long limitVersion, long pollMillis, boolean settling, int nodes) {}

    /**
     * Parses an answer.
     *
     * @throws IllegalArgumentException if the script gives no such answer
     */
    static Answer parse(List<String> answer) {
        try {
            String last = answer.get(answer.size() - 1);
            long fleetMillis = last.startsWith("@") ? Long.parseLong(last.substring(1)) : -1;
            return switch (answer.get(0)) {
                case "ok" -> new Answer("ok", "", 0, grant(answer), fleetMillis);
                case "moved" -> new Answer("moved", answer.get(1), Long.parseLong(answer.get(2)), null, fleetMillis);
                default -> new Answer(answer.get(0), "", 0, null, fleetMillis);
            };
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("the Redis gave an answer that the script does not give: " + answer, e);
        }
    }

    private static Grant grant(List<String> answer) {
        return new Grant(
                Integer.parseInt(answer.get(3)),
                Integer.parseInt(answer.get(4)),
                Integer.parseInt(answer.get(5)),
                Long.parseLong(answer.get(6)),
                Long.parseLong(answer.get(7)),
                answer.get(8).equals("1"),
                Integer.parseInt(answer.get(9)));
    }
}
