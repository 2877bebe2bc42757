package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anteroom.gate.AdmissionGate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change to a fleet. Exactly one of the two components is set.
 *
 * @param limit the new limit of the fleet
 * @param gone the name of the node that is dead
 */
record FleetChange(@Nullable Integer limit, @Nullable String gone) {
    /**
     * Reads a change from JSON.
     *
     * @throws IllegalArgumentException if the change is invalid; the message says what is valid
     */
    static FleetChange parse(byte[] body) {
        JsonNode object = GateChange.json(body);
        if (!object.isObject() || object.size() != 1) {
            throw new IllegalArgumentException(
                    "the body must be a JSON object such as {\"limit\": 200} or {\"gone\": \"NODE\"}");
        }
        Map.Entry<String, JsonNode> field = object.properties().iterator().next();
        JsonNode value = field.getValue();
        return switch (field.getKey()) {
            case "limit" -> new FleetChange(limit(value), null);
            case "gone" -> new FleetChange(null, node(value));
            default ->
                throw new IllegalArgumentException(
                        "unknown field \"" + field.getKey() + "\"; known fields are: limit, gone");
        };
    }

    private static int limit(JsonNode value) {
        if (!value.isInt() || value.intValue() < 0 || value.intValue() > AdmissionGate.MAX_COUNT) {
            throw new IllegalArgumentException(
                    "limit must be a whole number from 0 to " + AdmissionGate.MAX_COUNT + ", was " + value);
        }
        return value.intValue();
    }

    private static String node(JsonNode value) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException("gone must be the name of a node, was " + value);
        }
        return value.textValue();
    }
}
