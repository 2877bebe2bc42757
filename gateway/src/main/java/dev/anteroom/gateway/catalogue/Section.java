package dev.anteroom.gateway.catalogue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parsed settings of one place. Nothing here throws for faulty user input: each fault is recorded once. A setting
 * with a faulty value counts as given, so that no second fault follows from the first.
 */
final class Section {
    private final Values values = new Values();
    private final Set<String> faulty = new HashSet<>();
    private final Source source;

    private Section(Source source) {
        this.source = source;
    }

    /** Parses some settings. */
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

    /** Adds the values of settings that are given elsewhere and not here. */
    void addMissing(Section other, List<Setting<?, ?>> settings) {
        replace(other, settings.stream().filter(setting -> !isGiven(setting)).toList());
    }

    /** Replaces the values of settings that are given elsewhere. */
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

    /** Returns whether a setting is given, even if its value is faulty. */
    boolean isGiven(Setting<?, ?> setting) {
        return source.has(setting);
    }

    /** Returns the value of a setting that is given and valid; null otherwise. */
    <T> @Nullable T given(Setting<?, T> setting) {
        return values.has(setting) ? values.find(setting) : null;
    }

    /** Returns the name of a setting as it is written here. */
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
