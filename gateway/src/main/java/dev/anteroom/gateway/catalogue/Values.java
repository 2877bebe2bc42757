package dev.anteroom.gateway.catalogue;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of settings; a setting without a value has its default. Not thread-safe. */
public final class Values {
    private final Map<String, Object> given = new HashMap<>();

    /**
     * Sets a value.
     *
     * @return this
     */
    public <T> Values with(Setting<?, T> setting, T value) {
        given.put(setting.name(), value);
        return this;
    }

    /** Sets a value that was parsed by the type of the setting; for a list, a list of such values. */
    void put(Setting<?, ?> setting, Object value) {
        given.put(setting.name(), value);
    }

    boolean has(Setting<?, ?> setting) {
        return given.containsKey(setting.name());
    }

    /** Returns the value of a setting that has a default or must be given. */
    <T> T get(Setting<?, T> setting) {
        T value = find(setting);
        if (value == null) {
            throw new IllegalStateException(setting.name() + " is missing");
        }
        return value;
    }

    /** Returns the value of a setting; null if it is not given and has no default. */
    <T> @Nullable T find(Setting<?, T> setting) {
        Object value = given.get(setting.name());
        return value == null ? setting.byDefault() : setting.cast(value);
    }
}
