package dev.anteroom.gateway.catalogue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one place, parsed. Nothing here throws for what a user wrote: each fault is noted once, and a
 * setting whose value is faulty counts as given, so that no second fault follows from the first.
 */
final class Section {
    private final Values values = new Values();
    private final Set<String> faulty = new HashSet<>();
    private final Source source;

    private Section(Source source) {
        this.source = source;
    }

    /** Reads some settings. */
    static Section read(Source source, List<Setting<?, ?>> settings) {
        Section section = new Section(source);
        settings.forEach(section::read);
        return section;
    }

    private void read(Setting<?, ?> setting) {
        if (!source.has(setting)) {
            if (setting.isRequired()) {
                missing(setting);
            }
            return;
        }
        List<Object> parsed = parse(setting);
        if (faulty.contains(setting.name())) {
            return;
        }
        if (!parsed.isEmpty()) {
            values.put(setting, setting.isList() ? List.copyOf(parsed) : parsed.get(0));
        } else if (setting.isRequired()) {
            fault(setting, "needs at least one, such as [" + String.join(", ", setting.examples()) + "]");
        }
    }

    private List<Object> parse(Setting<?, ?> setting) {
        List<Object> parsed = new ArrayList<>();
        for (Source.Text each : source.texts(setting)) {
            if (each.text() == null) {
                faulty.add(setting.name());
            } else {
                setting.split(each.text()).forEach(text -> parse(setting, text, each, parsed));
            }
        }
        return parsed;
    }

    private void parse(Setting<?, ?> setting, String text, Source.Text written, List<Object> parsed) {
        try {
            parsed.add(setting.type().parser().apply(text));
        } catch (IllegalArgumentException e) {
            faulty.add(setting.name());
            written.fault().accept(String.valueOf(e.getMessage()));
        }
    }

    /** Takes the values of settings that are given elsewhere and not here. */
    void addMissing(Section other, List<Setting<?, ?>> settings) {
        replace(other, settings.stream().filter(setting -> !isGiven(setting)).toList());
    }

    /** Takes the values of settings that are given elsewhere. */
    void replace(Section other, List<Setting<?, ?>> settings) {
        for (Setting<?, ?> setting : settings) {
            Object value = other.given(setting);
            if (value != null) {
                values.put(setting, value);
            }
        }
    }

    Values values() {
        return values;
    }

    /** Whether a setting is given, be its value faulty or not. */
    boolean isGiven(Setting<?, ?> setting) {
        return source.has(setting);
    }

    /** The value of a setting if it is given and good. */
    <T> @Nullable T given(Setting<?, T> setting) {
        return values.has(setting) ? values.find(setting) : null;
    }

    /** The name of a setting, as it is written here. */
    String name(Setting<?, ?> setting) {
        return source.name(setting);
    }

    void fault(Setting<?, ?> setting, String message) {
        faulty.add(setting.name());
        source.fault(setting, message);
    }

    void missing(Setting<?, ?> setting) {
        faulty.add(setting.name());
        source.missing(setting);
    }
}
