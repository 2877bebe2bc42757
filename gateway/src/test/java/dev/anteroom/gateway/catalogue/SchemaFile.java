package dev.anteroom.gateway.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code docs/anteroom.schema.json}, a JSON Schema of configuration files. */
final class SchemaFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private SchemaFile() {}

    static String write() {
        Map<String, Object> schema = mapping(Scope.Place.TOP, Catalogue.sharedByListeners());
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Settings of an Anteroom gateway");
        schema.put("required", List.of("gates", "listeners"));
        properties(schema)
                .put(
                        "gates",
                        Map.of(
                                "type",
                                "object",
                                "minProperties",
                                1,
                                "propertyNames",
                                Map.of("pattern", "^[A-Za-z0-9_.-]{1,64}$"),
                                "additionalProperties",
                                mapping(Scope.Place.GATE, List.of())));
        Map<String, Object> listener = mapping(Scope.Place.LISTENER, List.of());
        listener.put("required", required());
        listener.put(
                "anyOf", List.of(Map.of("required", List.of("upstream")), Map.of("required", List.of("upstreams"))));
        properties(schema).put("listeners", Map.of("type", "array", "minItems", 1, "items", listener));
        try {
            return JSON.writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the settings that are required under a single key. */
    private static List<String> required() {
        return Catalogue.at(Scope.Place.LISTENER).stream()
                .filter(setting -> setting.isRequired() && setting.plural() == null)
                .map(Setting::name)
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> properties(Map<String, Object> schema) {
        return (Map<String, Object>) schema.get("properties");
    }

    private static Map<String, Object> mapping(Scope.Place place, List<Setting<?, ?>> others) {
        List<Setting<?, ?>> settings = new ArrayList<>(Catalogue.at(place));
        settings.addAll(others);
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Setting<?, ?> setting : settings) {
            properties.put(setting.name(), property(setting, settings));
            if (setting.plural() != null) {
                properties.put(setting.plural(), described(setting, listOf(setting)));
            }
        }
        return object(properties);
    }

    private static Map<String, Object> object(Map<String, Object> properties) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("properties", properties);
        object.put("additionalProperties", false);
        return object;
    }

    private static Map<String, Object> property(Setting<?, ?> setting, List<Setting<?, ?>> settings) {
        Map<String, Object> one = setting.type().schema();
        if (setting.isList()) {
            return described(setting, Map.of("anyOf", List.of(one, listOf(setting))));
        } else if (setting.keyInFamily() != null) {
            return described(setting, Map.of("anyOf", List.of(one, family(setting, settings))));
        }
        return described(setting, one);
    }

    private static Map<String, Object> family(Setting<?, ?> head, List<Setting<?, ?>> settings) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(head.keyInFamily(), described(head, head.type().schema()));
        String prefix = head.name() + "-";
        settings.stream()
                .filter(setting -> setting.name().startsWith(prefix))
                .forEach(setting -> properties.put(
                        setting.name().substring(prefix.length()),
                        described(setting, setting.type().schema())));
        return object(properties);
    }

    private static Map<String, Object> listOf(Setting<?, ?> setting) {
        Map<String, Object> list = new LinkedHashMap<>(
                Map.of("type", "array", "items", setting.type().schema()));
        if (setting.isRequired()) {
            list.put("minItems", 1);
        }
        return list;
    }

    private static Map<String, Object> described(Setting<?, ?> setting, Map<String, Object> schema) {
        Map<String, Object> described = new LinkedHashMap<>(schema);
        String byDefault = setting.defaultText();
        described.put("description", setting.summary() + (byDefault == null ? "" : " Default: " + byDefault + "."));
        return described;
    }
}
