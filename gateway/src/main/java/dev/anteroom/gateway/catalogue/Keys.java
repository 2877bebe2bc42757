package dev.anteroom.gateway.catalogue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The valid keys of a mapping. */
final class Keys {
    private static final int MISSPELT_BY = 2;

    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, String> plurals = new LinkedHashMap<>();
    private final Map<String, Keys> families = new LinkedHashMap<>();

    private Keys() {}

    static Keys of(List<Setting<?, ?>> settings, List<String> parts) {
        Keys keys = new Keys();
        for (Setting<?, ?> setting : settings) {
            keys.names.put(setting.name(), setting.name());
            if (setting.plural() != null) {
                keys.plurals.put(setting.plural(), setting.name());
            }
            if (setting.keyInFamily() != null) {
                keys.families.put(setting.name(), family(setting, setting.keyInFamily(), settings));
            }
        }
        parts.forEach(part -> keys.names.put(part, part));
        return keys;
    }

    private static Keys family(Setting<?, ?> head, String ownKey, List<Setting<?, ?>> settings) {
        Keys keys = new Keys();
        String prefix = head.name() + "-";
        keys.names.put(ownKey, head.name());
        settings.stream()
                .map(Setting::name)
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> keys.names.put(name.substring(prefix.length()), name));
        return keys;
    }

    /** Returns the name that a key stands for; null if there is no such key. */
    @Nullable
    String name(String key) {
        return names.getOrDefault(key, plurals.get(key));
    }

    /** Returns the keys of a setting that may be written as a mapping; null if it is not the head of a family. */
    @Nullable
    Keys family(String name) {
        return families.get(name);
    }

    /** Returns the keys that an unknown key may be a misspelling of, best first. */
    private List<String> similar(String key) {
        List<String> similar = new ArrayList<>();
        for (int distance = 1; distance <= MISSPELT_BY; distance++) {
            for (String known : names.keySet()) {
                if (known.length() > MISSPELT_BY && distance(key, known) == distance) {
                    similar.add(known);
                }
            }
        }
        return similar;
    }

    /** Returns the names that an unknown key may be a misspelling of. */
    List<String> meant(String key) {
        return similar(key).stream().map(names::get).toList();
    }

    /** Returns the message for an unknown key. */
    String describeUnknown(String key) {
        List<String> similar = similar(key);
        return "there is no key \"" + key + "\" here"
                + (similar.isEmpty() ? elsewhere(key) : "; did you mean \"" + similar.get(0) + "\"?");
    }

    private String elsewhere(String key) {
        return Catalogue.all().stream()
                .filter(setting -> setting.name().equals(key))
                .findFirst()
                .map(setting -> "; it belongs " + setting.place())
                .orElseGet(() -> "; the keys are: " + String.join(", ", names.keySet()));
    }

    /** Returns the number of insertions, deletions, replacements and swaps of neighbours between two words. */
    private static int distance(String from, String to) {
        int[][] distance = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : least(distance, from, to, i, j);
            }
        }
        return distance[from.length()][to.length()];
    }

    private static int least(int[][] distance, String from, String to, int i, int j) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int least = Math.min(distance[i - 1][j - 1] + change, Math.min(distance[i - 1][j], distance[i][j - 1]) + 1);
        boolean isSwap =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return isSwap ? Math.min(least, distance[i - 2][j - 2] + 1) : least;
    }
}
