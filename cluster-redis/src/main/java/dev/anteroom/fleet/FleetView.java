package dev.anteroom.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The state of a whole fleet, as its Redis knows it.
 *
 * @param limit slots of the fleet
 * @param lent slots that are lent, including those of silent nodes
 * @param settlingMillis milliseconds until the Redis, which may have lost data, grants slots again; 0 if it does now
 * @param nodes the nodes, sorted by name
 */
public record FleetView(int limit, int lent, long settlingMillis, List<Node> nodes) {
    /**
     * A node of the fleet.
     *
     * @param name the node's name
     * @param lent slots lent to the node
     * @param served connections that held a slot at its last report
     * @param waiting connections in its waiting room at its last report
     * @param weight the weight by which scarce slots are shared
     * @param fallback slots that are never lent to other nodes
     * @param leaseMillis milliseconds that remain of its lease; negative once the lease has ended
     */
    public record Node(String name, int lent, int served, int waiting, int weight, int fallback, long leaseMillis) {
        /**
         * Returns whether the node's lease has ended. Its slots stay lent until it reports again, starts again, or is
         * declared gone.
         *
         * @return true if the lease has ended
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
