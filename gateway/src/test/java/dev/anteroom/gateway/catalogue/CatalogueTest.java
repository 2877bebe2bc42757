package dev.anteroom.gateway.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.ParsedOptions;
import dev.anteroom.gateway.config.GatewaySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the declaration of every setting. */
class CatalogueTest {
    @TempDir
    private Path folder;

    private Path readable;

    @BeforeEach
    void makeReadable() throws IOException {
        readable = Files.writeString(folder.resolve("readable"), "x");
    }

    static List<Setting<?, ?>> settings() {
        return Catalogue.all();
    }

    static Stream<Setting<?, ?>> fixed() {
        return Catalogue.all().stream().filter(setting -> !setting.isLive() && setting != ListenerCatalogue.GATE);
    }

    /** Returns values of a setting that differ from its default. */
    private List<String> values(Setting<?, ?> setting) {
        if (setting.type().equals(ValueType.READABLE_FILE)) {
            return List.of(readable.toString());
        } else if (setting == FleetCatalogue.FLEET) {
            return List.of("rediss://127.0.0.1:6399");
        } else if (setting == ListenerCatalogue.GATE) {
            return List.of("default");
        } else if (!setting.type().words().isEmpty()) {
            return setting.type().words().stream()
                    .filter(word -> !word.equals(setting.defaultText()))
                    .limit(1)
                    .toList();
        } else if (setting.isList()) {
            return setting.examples();
        }
        return Stream.of("7", "7s", "7/s", "7s/7s/7", "7/7", "127.0.0.1:7777", "nio", "lifo")
                .filter(text -> isValue(setting, text))
                .limit(1)
                .toList();
    }

    private static boolean isValue(Setting<?, ?> setting, String text) {
        try {
            return setting.type().parser().apply(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the settings that must be given together with another one. */
    private static Set<Setting<?, ?>> with(Setting<?, ?> setting) {
        Set<Setting<?, ?>> all =
                new HashSet<>(List.of(ListenerCatalogue.LISTEN, ListenerCatalogue.GATE, UpstreamCatalogue.UPSTREAM));
        all.add(setting);
        if (setting.group() == Group.FLEET) {
            all.addAll(List.of(FleetCatalogue.FLEET, FleetCatalogue.FLEET_NAME, FleetCatalogue.FLEET_LIMIT));
        } else {
            all.add(GateCatalogue.LIMIT);
        }
        if (setting == FleetCatalogue.FLEET_CERT || setting == FleetCatalogue.FLEET_KEY) {
            all.addAll(List.of(FleetCatalogue.FLEET_CERT, FleetCatalogue.FLEET_KEY));
        } else if (setting.name().startsWith("health-check")) {
            all.add(UpstreamCatalogue.HEALTH_CHECK);
        }
        return all;
    }

    private GatewaySettings file(Set<Setting<?, ?>> given) throws Exception {
        StringBuilder gate = new StringBuilder("gates:\n  default:\n    policy: fifo\n");
        StringBuilder listener = new StringBuilder("listeners:\n  -\n");
        StringBuilder top = new StringBuilder();
        for (Setting<?, ?> setting : given) {
            switch (setting.place()) {
                case TOP -> top.append(line("", setting));
                case GATE -> gate.append(line("    ", setting));
                default -> listener.append(line("    ", setting));
            }
        }
        String text = top.toString() + gate + listener;
        return ConfigFile.parse(
                Path.of("test.yaml"),
                given.contains(GateCatalogue.POLICY) ? text.replace("    policy: fifo\n", "") : text,
                NoSource.INSTANCE);
    }

    private String line(String indent, Setting<?, ?> setting) {
        String value = setting.isList()
                ? "['" + String.join("', '", values(setting)) + "']"
                : "'" + values(setting).get(0) + "'";
        return indent + setting.name() + ": " + value + "\n";
    }

    private GatewaySettings options(Set<Setting<?, ?>> given) {
        List<String> args = new ArrayList<>();
        for (Setting<?, ?> setting : given) {
            values(setting).stream()
                    .filter(value -> setting.hasOption())
                    .forEach(value -> args.addAll(List.of(setting.option(), value)));
        }
        return ParsedOptions.settings(args);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void an_option_equals_the_key_of_the_same_name(Setting<?, ?> setting) throws Exception {
        assertEquals(file(with(setting)), options(with(setting)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void a_value_reaches_the_record(Setting<?, ?> setting) throws Exception {
        List<Object> parsed = new ArrayList<>();
        values(setting).forEach(text -> parsed.add(setting.type().parser().apply(text)));
        Object expected = setting.isList() ? parsed : parsed.get(0);
        assertEquals(expected, in(setting, file(with(setting))));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void file_and_options_share_the_default(Setting<?, ?> setting) throws Exception {
        Set<Setting<?, ?>> given = with(ListenerCatalogue.LISTEN);
        if (setting.group() == Group.FLEET) {
            given = with(FleetCatalogue.FLEET);
            given.remove(GateCatalogue.LIMIT);
        }
        if (!given.contains(setting) && !setting.name().startsWith("health-check")) {
            assertEquals(setting.byDefault(), in(setting, file(given)));
            assertEquals(setting.byDefault(), in(setting, options(given)));
        }
    }

    @ParameterizedTest
    @MethodSource("fixed")
    void a_reload_that_changes_a_fixed_setting_is_refused(Setting<?, ?> setting) throws Exception {
        Set<Setting<?, ?>> without = with(setting);
        without.remove(setting);
        boolean isNeeded = List.<Setting<?, ?>>of(
                        FleetCatalogue.FLEET,
                        FleetCatalogue.FLEET_NAME,
                        FleetCatalogue.FLEET_LIMIT,
                        FleetCatalogue.FLEET_CERT,
                        FleetCatalogue.FLEET_KEY)
                .contains(setting);
        if (!isNeeded) {
            List<String> changes = FixedSettings.changes(file(without), file(with(setting)));
            assertEquals(1, changes.size(), changes.toString());
            assertTrue(changes.get(0).startsWith(setting.name()), changes.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void a_reload_may_change_a_live_setting(Setting<?, ?> setting) throws Exception {
        if (setting.isLive()) {
            Set<Setting<?, ?>> least = with(ListenerCatalogue.LISTEN);
            assertEquals(List.of(), FixedSettings.changes(file(least), file(with(setting))));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void a_setting_is_described_in_one_sentence(Setting<?, ?> setting) {
        assertTrue(setting.summary().matches("[A-Z].{10,110}\\."), setting.summary());
        assertTrue(setting.name().matches("[a-z]+(-[a-z]+)*"), setting.name());
        assertNotNull(setting.group());
        setting.examples()
                .forEach(example -> assertNotNull(setting.type().parser().apply(example)));
    }

    @Test
    void no_two_settings_share_a_name() {
        Set<String> names = new HashSet<>();
        Catalogue.all().forEach(setting -> assertTrue(names.add(setting.name()), setting.name()));
        Catalogue.all().stream()
                .filter(setting -> setting.plural() != null)
                .forEach(setting -> assertTrue(names.add(setting.plural()), setting.plural()));
    }

    @Test
    void the_options_are_the_settings_and_the_standard_ones() {
        Set<String> expected = new HashSet<>(List.of("--config", "-h", "--help", "-V", "--version"));
        Catalogue.all().stream().filter(Setting::hasOption).forEach(setting -> expected.add(setting.option()));
        assertEquals(expected, new HashSet<>(ParsedOptions.names()));
    }

    private static Object in(Setting<?, ?> setting, GatewaySettings all) {
        return Stream.of(
                        all.process(),
                        all.logs(),
                        all.gates().get(0),
                        all.listeners().get(0),
                        all.listeners().get(0).upstreams(),
                        all.fleet())
                .filter(Objects::nonNull)
                .filter(record -> scope(record).settings().contains(setting))
                .map(record -> inRecord(setting, record))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static Scope<?> scope(Object record) {
        return switch (record.getClass().getSimpleName()) {
            case "ProcessSettings" -> ProcessCatalogue.SCOPE;
            case "LogSettings" -> LogCatalogue.SCOPE;
            case "GateSettings" -> GateCatalogue.SCOPE;
            case "ListenerSettings" -> ListenerCatalogue.SCOPE;
            case "UpstreamPoolSettings" -> UpstreamCatalogue.SCOPE;
            default -> FleetCatalogue.SCOPE;
        };
    }

    @SuppressWarnings("unchecked")
    private static Object inRecord(Setting<?, ?> setting, Object record) {
        return ((Setting<Object, ?>) setting).in(record);
    }
}
