package dev.anteroom.gateway.catalogue;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one setting. Its name is its key in a file; with two hyphens before it, its option.
 *
 * @param <S> the record that contains it
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

    /** Casts a value that the declared type, or a list of it, has parsed. */
    @SuppressWarnings("unchecked")
    T cast(Object value) {
        return (T) value;
    }

    /**
     * Returns the key in a file.
     *
     * @return one or more words with hyphens
     */
    public String name() {
        return declared.name;
    }

    /**
     * Returns the option on the command line.
     *
     * @return the name with two hyphens before it
     */
    public String option() {
        return "--" + declared.name;
    }

    /** Returns the second key, for a list of values in a file; null if there is none. */
    @Nullable
    String plural() {
        return declared.plural;
    }

    /**
     * Returns the key of this setting in the mapping of its family; null if it is not the head of a family. See {@link
     * YamlMapping}.
     */
    @Nullable
    String keyInFamily() {
        return declared.keyInFamily;
    }

    /**
     * Returns the type of the value, or of each value of a list.
     *
     * @return the type
     */
    public ValueType<?> type() {
        return declared.type;
    }

    /**
     * Returns whether this setting takes several values.
     *
     * @return true if its option may be repeated
     */
    public boolean isList() {
        return declared.isList;
    }

    /** Splits a text into values. */
    List<String> split(String text) {
        return declared.separatedByCommas ? List.of(text.split(",", -1)) : List.of(text);
    }

    /** Returns the default; null if there is none. */
    @Nullable
    T byDefault() {
        return byDefault;
    }

    /**
     * Returns the default as it is documented.
     *
     * @return a value or a description; null if the setting must be given
     */
    public @Nullable String defaultText() {
        return declared.defaultText == null ? declared.byDefault : declared.defaultText;
    }

    /** Returns whether every place of its scope needs this setting. */
    boolean isRequired() {
        return declared.required;
    }

    /** Returns whether a reload may change this setting. */
    boolean isLive() {
        return declared.live;
    }

    /**
     * Returns whether this setting has an option.
     *
     * @return false if only a file needs it
     */
    public boolean hasOption() {
        return !declared.onlyInFile;
    }

    /**
     * Returns whether the option may accompany {@code --config}; it then overrides the file.
     *
     * @return true for a setting that belongs to a process rather than to its gates
     */
    public boolean isBesideFile() {
        return declared.besideFile;
    }

    /** Returns whether this setting may also be at the top of a file, for all listeners that do not set it. */
    boolean isSharedByListeners() {
        return declared.sharedByListeners;
    }

    /**
     * Returns the group under whose heading this setting is listed.
     *
     * @return the group
     */
    public Group group() {
        return declared.group;
    }

    /**
     * Returns a description of this setting in one sentence.
     *
     * @return a sentence with a full stop
     */
    public String summary() {
        return summary;
    }

    /** Returns further sentences for the documents; may be empty. */
    String details() {
        return declared.details;
    }

    /** Returns example values. */
    List<String> examples() {
        return declared.examples;
    }

    /** Returns the place of this setting in a file. */
    Scope.Place place() {
        return declared.scope.place();
    }

    /** Returns the value of this setting in a record. */
    @Nullable
    T in(S settings) {
        return declared.accessor.apply(settings);
    }

    /** Formats a value as users write it; none is {@code none}. */
    String print(@Nullable T value) {
        return value == null ? "none" : printer().apply(value);
    }

    @SuppressWarnings("unchecked")
    private Function<Object, String> printer() {
        return declared.isList ? String::valueOf : (Function<Object, String>) declared.type.printer();
    }

    /** Builds the declaration of a setting; only the group is mandatory. */
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

        /** Sets the default, as a user would write it. */
        Builder<S, T> byDefault(String value) {
            byDefault = value;
            return this;
        }

        /** Sets a description of what happens if no value is given. */
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

        /** Sets the values for the example file; for a list, all of them. */
        Builder<S, T> example(String... values) {
            examples = List.of(values);
            return this;
        }

        /** Ends the declaration with the description of the setting. */
        Setting<S, T> says(String summary) {
            return scope.add(new Setting<>(this, Objects.requireNonNull(summary)));
        }
    }
}
