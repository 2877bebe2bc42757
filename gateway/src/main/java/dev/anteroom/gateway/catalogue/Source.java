package dev.anteroom.gateway.catalogue;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Settings as somebody wrote them: a mapping of a file, or a command line. */
public interface Source {
    /**
     * Whether a setting is given.
     *
     * @return true even if its value will not do
     */
    boolean has(Setting<?, ?> setting);

    /**
     * The values of a setting that is given.
     *
     * @return in the order in which they are written
     */
    List<Text> texts(Setting<?, ?> setting);

    /**
     * The name by which this source knows a setting.
     *
     * @return such as {@code --max-wait} or {@code max-wait}
     */
    String name(Setting<?, ?> setting);

    /** Notes that the value of a setting will not do. */
    void fault(Setting<?, ?> setting, String message);

    /** Notes that a setting should be given. */
    void missing(Setting<?, ?> setting);

    /**
     * A value as it is written.
     *
     * @param text what is written; null if that is not a single value, which was noted as a fault already
     * @param fault is told why it will not do
     */
    record Text(@Nullable String text, Consumer<String> fault) {}
}
