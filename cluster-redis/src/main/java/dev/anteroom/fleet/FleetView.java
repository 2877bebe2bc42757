package dev.anteroom.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A whole fleet, as its Redis knows it.
 *
 * @param limit slots
 * @param lent slots that are lent, those of nodes that are not heard included
 * @param settlingMillis for how long nothing will be lent yet, because something may have been forgotten; 0 if that is over
 * @param nodes by name
 */
public record FleetView(int limit, int lent, long settlingMillis, List<Node> nodes) {
    /**
     * A node of it.
     *
     * @param name what it is called
     * @param lent slots that nobody else gets
     * @param served connections that held one when it was last heard
     * @param waiting connections in its waiting room then
     * @param weight its share of what is scarce
     * @param fallback slots that are never lent to others
     * @param leaseMillis what remains of its lease; less than 0 if it was not heard for longer
     */
    public record Node(String name, int lent, int served, int waiting, int weight, int fallback, long leaseMillis) {
        /**
         * Whether its lease has ended. What is lent to it stays so until it is heard again, starts again, or is said to be gone.
         *
         * @return true if it is not heard
         */
        public boolean lapsed() {
            return leaseMillis < 0;
        }
    }

    private static final int NODE_FIELDS = 7;

    static FleetView parse(List<String> answer) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 4; i < answer.size(); i += NODE_FIELDS) {
            List<String> fields = answer.subList(i, i + NODE_FIELDS);
            nodes.add(new Node(
                    fields.get(0),
                    Integer.parseInt(fields.get(1)),
                    Integer.parseInt(fields.get(2)),
                    Integer.parseInt(fields.get(3)),
                    Integer.parseInt(fields.get(4)),
                    Integer.parseInt(fields.get(5)),
                    Long.parseLong(fields.get(6))));
        }
        nodes.sort(Comparator.comparing(Node::name));
        return new FleetView(
                Integer.parseInt(answer.get(1)),
                Integer.parseInt(answer.get(2)),
                Long.parseLong(answer.get(3)),
                List.copyOf(nodes));
    }
}
