package dev.anteroom.gateway.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a configuration file, asked for its keys one by one. Nothing here throws for what a user wrote: every fault is
 * noted with its place, and reading goes on with a stand-in, so that all faults are found at once.
 */
final class YamlMapping {
    private final Node where;
    private final List<ConfigFault> faults;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();

    /** Reads a node that should be a mapping; of any other it is empty. */
    YamlMapping(Node node, String name, List<ConfigFault> faults) {
        this.where = node;
        this.faults = faults;
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::add);
        } else {
            fault(node, name + " must be a mapping, such as \"limit: 20\"");
        }
    }

    private void add(NodeTuple entry) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
            fault(entry.getKeyNode(), "a key must be a word");
        } else if (entries.putIfAbsent(key.getValue(), entry) != null) {
            fault(key, "\"" + key.getValue() + "\" is given twice");
        }
    }

    private void fault(Node node, String message) {
        faults.add(at(node, message));
    }

    private static ConfigFault at(Node node, String message) {
        return at(node.getStartMark().orElse(null), message);
    }

    static ConfigFault at(@Nullable Mark mark, String message) {
        return mark == null
                ? new ConfigFault(1, 1, message)
                : new ConfigFault(mark.getLine() + 1, mark.getColumn() + 1, message);
    }

    /** Notes that something is wrong with the value of a key, or with the mapping if it has no such key. */
    void fault(String key, String message) {
        NodeTuple entry = entries.get(key);
        fault(entry == null ? where : entry.getValueNode(), key + ": " + message);
    }

    private @Nullable Node node(String key) {
        asked.add(key);
        NodeTuple entry = entries.get(key);
        return entry == null ? null : entry.getValueNode();
    }

    /** Whether the mapping has a key. */
    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The value of a key, or null if it is not there or faulty. */
    <T> @Nullable T optional(String key, Function<String, ? extends T> parser) {
        Node node = node(key);
        return node == null ? null : scalar(key, node, parser);
    }

    /** The value of a key, or a default if it is not there or faulty. */
    <T> T value(String key, T byDefault, Function<String, ? extends T> parser) {
        T value = optional(key, parser);
        return value == null ? byDefault : value;
    }

    /** The value of a key that must be there. */
    <T> T required(String key, T standIn, Function<String, ? extends T> parser) {
        if (!has(key)) {
            fault(where, "\"" + key + "\" is missing");
        }
        return value(key, standIn, parser);
    }

    private <T> @Nullable T scalar(String key, Node node, Function<String, ? extends T> parser) {
        if (!(node instanceof ScalarNode scalar)) {
            fault(node, key + ": must be a single value");
            return null;
        }
        try {
            return parser.apply(scalar.getValue());
        } catch (IllegalArgumentException e) {
            fault(node, key + ": " + e.getMessage());
            return null;
        }
    }

    /** The values of a key that has a list of them. */
    <T> List<T> values(String key, Function<String, ? extends T> parser) {
        List<T> values = new ArrayList<>();
        for (Node item : items(key)) {
            T value = scalar(key, item, parser);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** The mappings of a key that has a list of them. */
    List<YamlMapping> mappings(String key) {
        return items(key).stream()
                .map(item -> new YamlMapping(item, "an item of " + key, faults))
                .toList();
    }

    private List<Node> items(String key) {
        Node node = node(key);
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        } else if (node != null) {
            fault(node, key + ": must be a list, each item after a \"-\"");
        }
        return List.of();
    }

    /** The mapping of a key, or null if it is not there. */
    @Nullable
    YamlMapping mapping(String key) {
        Node node = node(key);
        return node == null ? null : new YamlMapping(node, key, faults);
    }

    /** Every key with its value, which is to be a mapping. */
    Map<String, YamlMapping> all() {
        Map<String, YamlMapping> all = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            asked.add(key);
            all.put(key, new YamlMapping(entry.getValueNode(), key, faults));
        });
        return all;
    }

    /** Notes every key that was not asked for. Called last. */
    void close() {
        entries.forEach((key, entry) -> {
            if (!asked.contains(key)) {
                fault(
                        entry.getKeyNode(),
                        "there is no key \"" + key + "\" here; there are: " + String.join(", ", asked));
            }
        });
    }
}
