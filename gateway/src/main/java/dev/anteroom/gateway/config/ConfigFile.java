package dev.anteroom.gateway.config;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.HalfClose;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A gateway's settings as a file of YAML: {@code docs/anteroom.yaml} shows every key. The keys of a setting are those of the
 * command line, and so are the forms of values.
 */
public final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MOST_IN_A_ROW = 100;
    private static final ListenAddress NOWHERE =
            Endpoint.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private static final Duration FOR_EVER = Duration.ZERO;

    private final List<ConfigFault> faults = new ArrayList<>();

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param file of YAML
     * @return what it says
     * @throws ConfigException if it cannot be read, or any of it is wrong; all faults are told
     */
    public static GatewaySettings read(Path file) throws ConfigException {
        return parse(file, text(file));
    }

    /** Reads what a file says. */
    static GatewaySettings parse(Path file, String text) throws ConfigException {
        ConfigFile config = new ConfigFile();
        GatewaySettings settings = config.settings(text);
        if (!config.faults.isEmpty() || settings == null) {
            throw new ConfigException(file, config.faults);
        }
        return settings;
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

    private @Nullable GatewaySettings settings(String text) {
        Node root = root(text);
        return root == null ? null : gateway(new YamlMapping(root, "the file", faults));
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

    private GatewaySettings gateway(YamlMapping file) {
        List<GateSettings> gates = gates(file);
        GatewaySettings settings = new GatewaySettings(
                gates,
                listeners(file, gates),
                file.optional("transport", name -> Transports.named(name).name()),
                file.optional("loops", text -> Numbers.parse(text, 1, 1024)),
                file.value("drain-timeout", Duration.ofSeconds(30), Durations::parse),
                admin(file));
        file.close();
        return settings;
    }

    private static @Nullable Endpoint admin(YamlMapping file) {
        Endpoint given = file.optional("admin", Words::endpointOrOff);
        return file.has("admin") ? given : Endpoint.parse("127.0.0.1:7070");
    }

    private List<GateSettings> gates(YamlMapping file) {
        YamlMapping gates = file.mapping("gates");
        if (gates == null) {
            file.fault("gates", "is missing; a gate needs a name and a limit");
            return List.of();
        }
        List<GateSettings> all = new ArrayList<>();
        for (Map.Entry<String, YamlMapping> gate : gates.all().entrySet()) {
            if (!gate.getKey().matches("[A-Za-z0-9_.-]{1,64}")) {
                gates.fault(gate.getKey(), "a gate's name is of 1 to 64 letters, digits, \"-\", \"_\" and \".\"");
            }
            all.add(gate(gate.getKey(), gate.getValue()));
        }
        return all;
    }

    private GateSettings gate(String name, YamlMapping gate) {
        GateSettings settings = new GateSettings(
                name,
                gate.required("limit", "1", Words::limit),
                gate.value("policy", "fifo", Words::policy),
                gate.value("max-waiting", 10_000, text -> Numbers.parse(text, 0, AdmissionGate.MAX_COUNT)),
                gate.value("when-full", WhenFull.REFUSE, Words::whenFull),
                gate.value("max-wait", Duration.ofSeconds(30), Durations::parse),
                gate.value(
                        "max-arriving", GateSettings.MAX_ARRIVING, text -> Numbers.parse(text, 1, Integer.MAX_VALUE)),
                gate.optional("max-per-source", text -> Numbers.parse(text, 1, Integer.MAX_VALUE)),
                gate.values("classes", PriorityRule::parse));
        if (settings.whenFull() == WhenFull.HOLD && settings.maxWaiting() == 0) {
            gate.fault("max-waiting", "must be at least 1 for \"when-full: hold\", was 0");
        }
        gate.close();
        return settings;
    }

    private List<ListenerSettings> listeners(YamlMapping file, List<GateSettings> gates) {
        List<ListenerSettings> all = new ArrayList<>();
        Duration connectTimeout = file.value("connect-timeout", ListenerSettings.CONNECT_TIMEOUT, Words::positive);
        for (YamlMapping each : file.mappings("listeners")) {
            ListenerSettings listener = listener(each, connectTimeout);
            if (gates.stream().noneMatch(gate -> gate.name().equals(listener.gate()))) {
                each.fault("gate", "there is no gate \"" + listener.gate() + "\"; known are: " + names(gates));
            }
            if (all.stream().anyMatch(other -> other.address().equals(listener.address()))) {
                each.fault("listen", "\"" + listener.address() + "\" is listened on twice");
            }
            all.add(listener);
        }
        if (all.isEmpty()) {
            file.fault(
                    "listeners", "needs at least one, such as {listen: 127.0.0.1:7000, gate: NAME, upstreams: [...]}");
        }
        return all;
    }

    private static String names(List<GateSettings> gates) {
        return String.join(", ", gates.stream().map(GateSettings::name).toList());
    }

    private static ListenerSettings listener(YamlMapping listener, Duration connectTimeout) {
        ListenerSettings settings = new ListenerSettings(
                listener.required("listen", NOWHERE, ListenAddress::parse),
                listener.required("gate", "", name -> name),
                new IdentitySettings(
                        listener.values("proxy-protocol-from", AddressRange::parse),
                        listener.value("identify-timeout", IdentitySettings.TIMEOUT, Words::positive),
                        listener.value("admit-when", AdmitWhen.ARRIVED, Words::admitWhen),
                        listener.value("ready-timeout", IdentitySettings.READY_TIMEOUT, Words::positive)),
                listener.values("upstreams", UpstreamSettings::parse),
                listener.value("connect-timeout", connectTimeout, Words::positive),
                listener.optional("send-proxy", Words::proxyVersion),
                health(listener.mapping("health-check")),
                listener.value("upstream-wait", Duration.ofSeconds(30), Durations::parse),
                new TimeLimits(
                        listener.value("max-idle", FOR_EVER, Durations::parse),
                        listener.value("max-life", FOR_EVER, Durations::parse),
                        listener.value("contended-max-idle", FOR_EVER, Durations::parse),
                        listener.value("contended-max-life", FOR_EVER, Durations::parse)),
                listener.value("half-close", HalfClose.ABANDON, Words::halfClose),
                listener.value("busy-message", "", text -> text));
        if (settings.upstreams().isEmpty()) {
            listener.fault("upstreams", "needs at least one, such as [127.0.0.1:5432]");
        }
        listener.close();
        return settings;
    }

    private static @Nullable HealthSettings health(@Nullable YamlMapping health) {
        if (health == null) {
            return null;
        }
        HealthSettings settings = new HealthSettings(
                health.required("interval", Duration.ofSeconds(1), Durations::parse),
                health.value("rise", HealthSettings.RISE, text -> Numbers.parse(text, 1, MOST_IN_A_ROW)),
                health.value("fall", HealthSettings.FALL, text -> Numbers.parse(text, 1, MOST_IN_A_ROW)));
        if (settings.interval().isZero()) {
            health.fault("interval", "must be positive");
        }
        health.close();
        return settings;
    }
}
