package dev.anteroom.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the script says to a report.
 *
 * @param status what becomes of the report
 * @param epoch the epoch to report to, if the report has to be made anew; else empty
 * @param generation the generation to report under then
 * @param grant what the node holds from now on, if the report was taken
 * @param fleetMillis the fleet's time, or -1 if the answer does not tell it
 */
record Answer(
        String status,
        String epoch,
        long generation,
        @Nullable Grant grant,
        long fleetMillis) {
    /**
     * What a node is lent, and how its fleet stands.
     *
     * @param lent slots that the node may use
     * @param target slots that it should come down to
     * @param limit the fleet's
     * @param limitVersion how often that was changed
     * @param pollMillis how often to ask at most
     * @param settling whether nothing is granted yet
     * @param nodes how many there are
     */
    record Grant(int lent, int target, int limit, long limitVersion, long pollMillis, boolean settling, int nodes) {}

    /**
     * Reads an answer.
     *
     * @throws IllegalArgumentException if the script cannot have said that
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
