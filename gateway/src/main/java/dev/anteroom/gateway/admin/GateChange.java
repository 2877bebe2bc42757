package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.LimitRule;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.limits.Limits;
import dev.anteroom.scheduler.Policies;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be changed about a gate while it runs.
 *
 * @param limit the new one, or null to leave it
 * @param policy the new one, or null to leave it
 * @param paused whether nobody is to be admitted, or null to leave that
 */
record GateChange(
        @Nullable LimitRule limit,
        @Nullable SchedulingPolicy policy,
        @Nullable Boolean paused) {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    /**
     * Reads a change from JSON.
     *
     * @throws IllegalArgumentException if any of it cannot be applied; the message says what would do
     */
    static GateChange parse(byte[] body) {
        Boolean paused = null;
        LimitRule limit = null;
        SchedulingPolicy policy = null;
        for (Map.Entry<String, JsonNode> field : object(body).properties()) {
            switch (field.getKey()) {
                case "limit" -> limit = limit(field.getValue());
                case "policy" -> policy = policy(field.getValue());
                case "paused" -> paused = paused(field.getValue());
                default ->
                    throw new IllegalArgumentException(
                            "there is no field \"" + field.getKey() + "\" to change; there are: limit, policy, paused");
            }
        }
        return new GateChange(limit, policy, paused);
    }

    /**
     * To pause goes first, and the new policy before the limit: it then decides who gets the slots that a higher limit or a
     * resumption frees.
     */
    void applyTo(AdmissionGate gate) {
        if (paused != null && paused) {
            gate.pause();
        }
        if (policy != null) {
            gate.policy(policy);
        }
        if (limit != null) {
            gate.limit(limit);
        }
        if (paused != null && !paused) {
            gate.resume();
        }
    }

    private static JsonNode object(byte[] body) {
        JsonNode object = json(body);
        if (!object.isObject() || object.isEmpty()) {
            throw new IllegalArgumentException(
                    "the body must be a JSON object with limit, policy or paused, such as {\"limit\": 20}");
        }
        return object;
    }

    static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            // It is in memory, so it can only be what it says of its characters.
            throw new IllegalArgumentException("the body is not JSON in UTF-8: " + e.getMessage(), e);
        }
    }

    private static LimitRule limit(JsonNode value) {
        if (value.isTextual() && value.textValue().contains("(")) {
            return Limits.parse(value.textValue());
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 1
                || value.intValue() > AdmissionGate.MAX_COUNT) {
            throw new IllegalArgumentException("limit must be a whole number from 1 to " + AdmissionGate.MAX_COUNT
                    + ", or a rule such as" + " \"adaptive(gradient2, min=10, max=500)\"; was " + value);
        }
        return Limits.parse(value.asText());
    }

    private static boolean paused(JsonNode value) {
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("paused must be true or false, was " + value);
        }
        return value.booleanValue();
    }

    private static SchedulingPolicy policy(JsonNode value) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException(
                    "policy must be a name; known are: " + String.join(", ", Policies.names()) + "; was " + value);
        }
        return Policies.parse(value.textValue());
    }
}
