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
 * A change to a running gate.
 *
 * @param limit the new limit, or null to keep the current one
 * @param policy the new policy, or null to keep the current one
 * @param paused whether to pause or resume admission, or null to do neither
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
     * @throws IllegalArgumentException if any part is invalid; the message says what is valid
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
                            "unknown field \"" + field.getKey() + "\"; known fields are: limit, policy, paused");
            }
        }
        return new GateChange(limit, policy, paused);
    }

    /**
     * Applies the change: pauses first and resumes last, and sets the policy before the limit. The new policy then
     * decides which waiters get the slots that a higher limit or a resumption frees.
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
            // The body is in memory, so the only possible cause is an invalid character encoding.
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
                    + ", or a rule such as \"adaptive(min=10, max=500)\"; was " + value);
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
            throw new IllegalArgumentException("policy must be a name; known policies are: "
                    + String.join(", ", Policies.names()) + "; was " + value);
        }
        return Policies.parse(value.textValue());
    }
}
