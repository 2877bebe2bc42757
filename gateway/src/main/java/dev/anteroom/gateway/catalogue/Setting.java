package dev.anteroom.gateway.catalogue;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one setting. Its name is that of its key in a file, and with two hyphens that of its option.
 *
 * @param <S> the record that it is a part of
 * @param <T> the type of its value
 */
public final class Setting<S, T> {
    private final Builder<S, T> declared;
    private final String summary;
    private final @Nullable T byDefault;

    private Setting(Builder<S, T> declared, String summary) {
        this.declared = declared;
        this.summary = summary;
        this.byDefault = declared.isList ? cast(List.of()) : parsedDefault();
    }

    private @Nullable T parsedDefault() {
        return declared.byDefault == null ? null : cast(declared.type.parser().apply(declared.byDefault));
    }

    /** What the declared type, or a list of it, has made. */
    @SuppressWarnings("unchecked")
    T cast(Object value) {
        return (T) value;
    }

    /**
     * The key in a file.
     *
     * @return a word or several with hyphens
     */
    public String name() {
        return declared.name;
    }

    /**
     * The option on the command line.
     *
     * @return the name with two hyphens before it
     */
    public String option() {
        return "--" + declared.name;
    }

    /** A second key, by which a file says the values in a list; null if there is none. */
    @Nullable
    String plural() {
        return declared.plural;
    }

    /** The key of this setting in the mapping of its family; see {@link YamlMapping}. Null if it begins no family. */
    @Nullable
    String keyInFamily() {
        return declared.keyInFamily;
    }

    /**
     * The form of its value, or of each value of a list.
     *
     * @return the type
     */
    public ValueType<?> type() {
        return declared.type;
    }

    /**
     * Whether it takes several values.
     *
     * @return true if its option may be repeated
     */
    public boolean isList() {
        return declared.isList;
    }

    /** The values in a text. */
    List<String> split(String text) {
        return declared.separatedByCommas ? List.of(text.split(",", -1)) : List.of(text);
    }

    /** The value where none is given; null if there is none. */
    @Nullable
    T byDefault() {
        return byDefault;
    }

    /**
     * The default as it is documented.
     *
     * @return a value, or words; null if one must be given
     */
    public @Nullable String defaultText() {
        return declared.defaultText == null ? declared.byDefault : declared.defaultText;
    }

    /** Whether every place of its scope needs it. */
    boolean isRequired() {
        return declared.required;
    }

    /** Whether a reload may change it. */
    boolean isLive() {
        return declared.live;
    }

    /**
     * Whether it has an option.
     *
     * @return false if only a file needs it
     */
    public boolean hasOption() {
        return !declared.onlyInFile;
    }

    /**
     * Whether its option may stand beside {@code --config}; it then wins over the file.
     *
     * @return true for what is said of a process rather than of its gates
     */
    public boolean isBesideFile() {
        return declared.besideFile;
    }

    /** Whether it may also stand at the top of a file, for all listeners that do not say. */
    boolean isSharedByListeners() {
        return declared.sharedByListeners;
    }

    /**
     * The heading under which it is listed.
     *
     * @return the group
     */
    public Group group() {
        return declared.group;
    }

    /**
     * What it does, in a sentence.
     *
     * @return with a full stop
     */
    public String summary() {
        return summary;
    }

    /** More of it, for the documents; may be empty. */
    String details() {
        return declared.details;
    }

    /** Values that show its form. */
    List<String> examples() {
        return declared.examples;
    }

    /** Where a file has it. */
    Scope.Place place() {
        return declared.scope.place();
    }

    /** The value in a record. */
    @Nullable
    T in(S settings) {
        return declared.accessor.apply(settings);
    }

    /** A value as users write it, or the words for none. */
    String print(@Nullable T value) {
        return value == null ? "none" : printer().apply(value);
    }

    @SuppressWarnings("unchecked")
    private Function<Object, String> printer() {
        return declared.isList ? String::valueOf : (Function<Object, String>) declared.type.printer();
    }

    /** What is declared of a setting; all but the group may be left out. */
    static final class Builder<S, T> {
        private final Scope<S> scope;
        private final String name;
        private final ValueType<?> type;
        private final boolean isList;
        private final Function<S, @Nullable T> accessor;
        private @Nullable String plural;
        private @Nullable String keyInFamily;
        private @Nullable String byDefault;
        private @Nullable String defaultText;
        private boolean separatedByCommas;
        private boolean required;
        private boolean live;
        private boolean onlyInFile;
        private boolean besideFile;
        private boolean sharedByListeners;
        private Group group = Group.OPERATION;
        private String details = "";
        private List<String> examples = List.of();

        Builder(Scope<S> scope, String name, ValueType<?> type, boolean isList, Function<S, @Nullable T> accessor) {
            this.scope = scope;
            this.name = name;
            this.type = type;
            this.isList = isList;
            this.accessor = accessor;
        }

        Builder<S, T> plural(String name) {
            plural = name;
            return this;
        }

        Builder<S, T> family(String ownKey) {
            keyInFamily = ownKey;
            return this;
        }

        /** A value as a user would write it. */
        Builder<S, T> byDefault(String value) {
            byDefault = value;
            return this;
        }

        /** Words for what happens where none is given. */
        Builder<S, T> defaultText(String words) {
            defaultText = words;
            return this;
        }

        Builder<S, T> separatedByCommas() {
            separatedByCommas = true;
            return this;
        }

        Builder<S, T> required() {
            required = true;
            return this;
        }

        Builder<S, T> live() {
            live = true;
            return this;
        }

        Builder<S, T> onlyInFile() {
            onlyInFile = true;
            return this;
        }

        Builder<S, T> besideFile() {
            besideFile = true;
            return this;
        }

        Builder<S, T> sharedByListeners() {
            sharedByListeners = true;
            return this;
        }

        Builder<S, T> group(Group heading) {
            group = heading;
            return this;
        }

        Builder<S, T> details(String text) {
            details = text;
            return this;
        }

        /** Values for the example file; of a list, all of them. */
        Builder<S, T> example(String... values) {
            examples = List.of(values);
            return this;
        }

        /** Ends the declaration. */
        Setting<S, T> says(String summary) {
            return scope.add(new Setting<>(this, Objects.requireNonNull(summary)));
        }
    }
}
