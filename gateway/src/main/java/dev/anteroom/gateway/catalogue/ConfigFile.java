package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.NameLookup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads the settings of a gateway from a YAML file. {@code docs/anteroom.yaml} shows every key. */
public final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final String GATES = "gates";
    private static final String LISTENERS = "listeners";
    private static final String NO_LISTENER =
            "needs at least one, such as {listen: 127.0.0.1:7000, gate: NAME, upstream: HOST:PORT}";

    private final List<ConfigFault> faults = new ArrayList<>();

    /** Whether the names of all gates could be read, so that any other name is a fault. */
    private boolean gatesAreKnown;

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param file a YAML file
     * @return the settings
     * @throws ConfigException if the file cannot be read or is faulty; it lists all faults
     */
    public static GatewaySettings read(Path file) throws ConfigException {
        return read(file, NoSource.INSTANCE, NameLookup.SYSTEM);
    }

    /**
     * Reads a file, with settings from elsewhere that take precedence.
     *
     * @param file a YAML file
     * @param beside the settings that override those of the file
     * @param names looks up the names of upstreams
     * @return the settings
     * @throws ConfigException if the file cannot be read or is faulty; it lists all faults
     */
    public static GatewaySettings read(Path file, Source beside, NameLookup names) throws ConfigException {
        return parse(file, text(file), beside, names);
    }

    /** Parses the text of a file. */
    static GatewaySettings parse(Path file, String text, Source beside) throws ConfigException {
        return parse(file, text, beside, NameLookup.SYSTEM);
    }

    private static GatewaySettings parse(Path file, String text, Source beside, NameLookup names)
            throws ConfigException {
        ConfigFile config = new ConfigFile();
        Node root = config.root(text);
        SettingsReader reader = root == null ? null : config.reader(root, beside, names);
        if (!config.faults.isEmpty() || reader == null) {
            throw new ConfigException(file, config.faults);
        }
        return reader.settings();
    }

    private static String text(Path file) throws ConfigException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ConfigException(file, "is longer than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(file, "is not text in UTF-8");
        } catch (IOException e) {
            throw new ConfigException(file, "cannot be read: " + e);
        }
    }

    private @Nullable Node root(String text) {
        try {
            LoadSettings yaml = LoadSettings.builder().build();
            Node root = new Composer(yaml, new ParserImpl(yaml, new StreamReader(yaml, text)))
                    .getSingleNode()
                    .orElse(null);
            if (root == null) {
                faults.add(new ConfigFault(1, 1, "the file is empty; it needs \"gates\" and \"listeners\""));
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            faults.add(YamlMapping.at(e.getProblemMark().orElse(null), "not YAML: " + oneLine(e.getProblem())));
        } catch (YamlEngineException e) {
            faults.add(new ConfigFault(1, 1, "not YAML: " + oneLine(e.getMessage())));
        } catch (StackOverflowError e) {
            faults.add(new ConfigFault(1, 1, "is nested too deeply"));
        }
        return null;
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }

    private SettingsReader reader(Node root, Source beside, NameLookup names) {
        List<Setting<?, ?>> settings = new ArrayList<>(Catalogue.at(Scope.Place.TOP));
        settings.addAll(Catalogue.sharedByListeners());
        YamlMapping file = YamlMapping.of(root, "the file", settings, List.of(GATES, LISTENERS), faults);
        Map<String, YamlMapping> gates = gates(file);
        return SettingsReader.ofFile(file, gates, gatesAreKnown, listeners(file), beside, names);
    }

    private Map<String, YamlMapping> gates(YamlMapping file) {
        Map<String, YamlMapping> gates = new LinkedHashMap<>();
        Node node = file.node(GATES);
        if (node == null) {
            file.missing(GATES, GATES + ": is missing; a gate needs a name and a limit");
            return gates;
        }
        int before = faults.size();
        Map<String, Node> names = file.names(GATES, node);
        gatesAreKnown = faults.size() == before && !names.isEmpty();
        names.forEach((name, gate) ->
                gates.put(name, YamlMapping.of(gate, name, Catalogue.at(Scope.Place.GATE), List.of(), faults)));
        if (gates.isEmpty() && node instanceof MappingNode) {
            file.fault(GATES, "needs at least one, such as {database: {limit: 20}}");
        }
        return gates;
    }

    private List<YamlMapping> listeners(YamlMapping file) {
        Node node = file.node(LISTENERS);
        if (node == null) {
            file.missing(LISTENERS, LISTENERS + ": " + NO_LISTENER);
            return List.of();
        } else if (node instanceof SequenceNode list && list.getValue().isEmpty()) {
            file.fault(LISTENERS, NO_LISTENER);
        }
        return file.items(LISTENERS, node).stream()
                .map(item -> YamlMapping.of(
                        item, "an item of " + LISTENERS, Catalogue.at(Scope.Place.LISTENER), List.of(), faults))
                .toList();
    }
}
