package dev.anteroom.gateway.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one record, in the order in which they are declared.
 *
 * @param <S> the record that they fill
 */
public final class Scope<S> {
    private final Place place;
    private final List<Setting<S, ?>> settings = new ArrayList<>();

    Scope(Place place) {
        this.place = place;
    }

    /** The part of a file that has these settings. */
    Place place() {
        return place;
    }

    /** Begins to declare a setting; {@link Setting.Builder#says} ends it. */
    <T> Setting.Builder<S, T> setting(String name, ValueType<T> type, Function<S, @Nullable T> accessor) {
        return new Setting.Builder<>(this, name, type, false, accessor);
    }

    /** Begins to declare a setting that takes several values. */
    <E> Setting.Builder<S, List<E>> list(String name, ValueType<E> type, Function<S, @Nullable List<E>> accessor) {
        return new Setting.Builder<>(this, name, type, true, accessor);
    }

    <T> Setting<S, T> add(Setting<S, T> setting) {
        settings.add(setting);
        return setting;
    }

    /** All of them. */
    List<Setting<S, ?>> settings() {
        return settings;
    }

    /** A part of a file. */
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
