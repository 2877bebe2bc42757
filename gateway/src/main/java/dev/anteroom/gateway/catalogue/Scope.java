package dev.anteroom.gateway.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one record, in order of declaration.
 *
 * @param <S> the record that the settings fill
 */
public final class Scope<S> {
    private final Place place;
    private final List<Setting<S, ?>> settings = new ArrayList<>();

    Scope(Place place) {
        this.place = place;
    }

    /** Returns the place of these settings in a file. */
    Place place() {
        return place;
    }

    /** Begins the declaration of a setting; {@link Setting.Builder#says} ends it. */
    <T> Setting.Builder<S, T> setting(String name, ValueType<T> type, Function<S, @Nullable T> accessor) {
        return new Setting.Builder<>(this, name, type, false, accessor);
    }

    /** Begins the declaration of a setting that takes several values. */
    <E> Setting.Builder<S, List<E>> list(String name, ValueType<E> type, Function<S, @Nullable List<E>> accessor) {
        return new Setting.Builder<>(this, name, type, true, accessor);
    }

    <T> Setting<S, T> add(Setting<S, T> setting) {
        settings.add(setting);
        return setting;
    }

    /** Returns the settings. */
    List<Setting<S, ?>> settings() {
        return settings;
    }

    /** A place in a file. */
    enum Place {
        TOP("at the top of the file"),
        GATE("in a gate"),
        LISTENER("in a listener");

        private final String words;

        Place(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
