package dev.anteroom.gateway.catalogue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping in a configuration file. Nothing here throws for faulty user input: every fault is recorded once, with its
 * place. To avoid follow-up faults, a node that is not a mapping has no missing keys, and a misspelt key is not missing
 * either.
 *
 * <p>Settings with a common prefix are a family, and may be written as a mapping: {@code health-check: {interval: 2s,
 * rise: 2}} is {@code health-check: 2s} and {@code health-check-rise: 2}.
 */
final class YamlMapping implements Source {
    private final Node where;
    private final List<ConfigFault> faults;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> misspelt = new HashSet<>();

    /** A key as it is written, with its value. */
    private record Entry(String key, Node value) {}

    private YamlMapping(Node where, List<ConfigFault> faults) {
        this.where = where;
        this.faults = faults;
    }

    /**
     * Reads a node that should be a mapping; any other node yields an empty one.
     *
     * @param name the name of the node, for a fault
     * @param settings the settings that it may contain
     * @param parts other keys that it may contain
     */
    static YamlMapping of(
            Node node, String name, List<Setting<?, ?>> settings, List<String> parts, List<ConfigFault> faults) {
        YamlMapping mapping = new YamlMapping(node, faults);
        if (node instanceof MappingNode yaml) {
            mapping.addAll(yaml, Keys.of(settings, parts));
        } else {
            mapping.fault(node, name + " must be a mapping, such as \"limit: 20\"");
        }
        return mapping;
    }

    private void addAll(MappingNode yaml, Keys keys) {
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : yaml.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                fault(tuple.getKeyNode(), "a key must be a word");
            } else if (!seen.add(key.getValue())) {
                fault(key, "\"" + key.getValue() + "\" is given twice");
            } else {
                add(key, tuple.getValueNode(), keys);
            }
        }
    }

    private void add(ScalarNode key, Node value, Keys keys) {
        String name = keys.name(key.getValue());
        Keys family = name == null ? null : keys.family(name);
        if (name == null) {
            misspelt.addAll(keys.meant(key.getValue()));
            fault(key, keys.describeUnknown(key.getValue()));
        } else if (family != null && value instanceof MappingNode mapping) {
            addAll(mapping, family);
        } else if (entries.putIfAbsent(name, new Entry(key.getValue(), value)) != null) {
            fault(key, "\"" + name + "\" is given twice");
        }
    }

    private void fault(Node node, String message) {
        faults.add(at(node.getStartMark().orElse(null), message));
    }

    static ConfigFault at(@Nullable Mark mark, String message) {
        return mark == null
                ? new ConfigFault(1, 1, message)
                : new ConfigFault(mark.getLine() + 1, mark.getColumn() + 1, message);
    }

    /** Records a fault of the value of a key, or of the mapping if it has no such key. */
    void fault(String name, String message) {
        Entry entry = entries.get(name);
        fault(entry == null ? where : entry.value, (entry == null ? name : entry.key) + ": " + message);
    }

    @Override
    public void fault(Setting<?, ?> setting, String message) {
        fault(setting.name(), message);
    }

    /** Records that a key is missing, unless it is misspelt. */
    void missing(String name, String message) {
        if (where instanceof MappingNode && !misspelt.contains(name)) {
            fault(where, message);
        }
    }

    @Override
    public void missing(Setting<?, ?> setting) {
        missing(setting.name(), "\"" + setting.name() + "\" is missing");
    }

    @Override
    public boolean has(Setting<?, ?> setting) {
        return entries.containsKey(setting.name());
    }

    @Override
    public String name(Setting<?, ?> setting) {
        return setting.name();
    }

    /** Returns the value of a key; null if the key is absent. */
    @Nullable
    Node node(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.value;
    }

    @Override
    public List<Text> texts(Setting<?, ?> setting) {
        Entry entry = entries.get(setting.name());
        if (entry == null) {
            return List.of();
        } else if (!setting.isList()) {
            return List.of(text(entry.key, entry.value));
        } else if (entry.value instanceof SequenceNode sequence) {
            return sequence.getValue().stream()
                    .map(item -> text(entry.key, item))
                    .toList();
        } else if (entry.value instanceof ScalarNode && !entry.key.equals(setting.plural())) {
            return List.of(text(entry.key, entry.value));
        }
        fault(entry.value, entry.key + ": must be a list, each item after a \"-\"");
        return List.of(new Text(null, message -> {}));
    }

    private Text text(String key, Node node) {
        if (node instanceof ScalarNode scalar) {
            return new Text(scalar.getValue(), message -> fault(node, key + ": " + message));
        }
        fault(node, key + ": must be a single value");
        return new Text(null, message -> {});
    }

    /** Returns the items of a list; for any other node, records a fault and returns none. */
    List<Node> items(String name, Node node) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        fault(name, "must be a list, each item after a \"-\"");
        return List.of();
    }

    /** Returns the entries of a mapping whose keys are names; for any other node, records a fault and returns none. */
    Map<String, Node> names(String name, Node node) {
        Map<String, Node> named = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            fault(name, "must be a mapping, such as {database: {limit: 20}}");
            return named;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!key.matches("[A-Za-z0-9_.-]{1,64}")) {
                fault(
                        tuple.getValueNode(),
                        key + ": a gate's name has 1 to 64 letters, digits, \"-\", \"_\" and \".\"");
            } else if (named.containsKey(key)) {
                fault(tuple.getKeyNode(), "\"" + key + "\" is given twice");
            }
            named.putIfAbsent(key, tuple.getValueNode());
        }
        return named;
    }
}
