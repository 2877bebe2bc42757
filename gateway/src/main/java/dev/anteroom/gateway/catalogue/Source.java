package dev.anteroom.gateway.catalogue;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Unparsed settings, from a mapping in a file or from a command line. */
public interface Source {
    /**
     * Returns whether a setting is given.
     *
     * @return true even if its value is invalid
     */
    boolean has(Setting<?, ?> setting);

    /**
     * Returns the values of a setting that is given.
     *
     * @return the values, in the order in which they are written
     */
    List<Text> texts(Setting<?, ?> setting);

    /**
     * Returns the name of a setting in this source.
     *
     * @return such as {@code --max-wait} or {@code max-wait}
     */
    String name(Setting<?, ?> setting);

    /** Records that the value of a setting is invalid. */
    void fault(Setting<?, ?> setting, String message);

    /** Records that a setting is missing. */
    void missing(Setting<?, ?> setting);

    /**
     * An unparsed value.
     *
     * @param text the text; null if it is not a single value, which was recorded as a fault already
     * @param fault records why the value is invalid
     */
    record Text(@Nullable String text, Consumer<String> fault) {}
}
