package dev.anteroom.gateway;

import dev.anteroom.gateway.config.AddressList;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.gateway.config.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What the one gate of a command line is, but for its limit. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateOptions {
    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "fifo",
            converter = PolicyExpression.class,
            description =
                    "The order in which the others are admitted: fifo (default), lifo, priority, priority(ageing=10s),"
                            + " or any policy on the class path.")
    private String policy;

    @Option(
            names = "--max-waiting",
            paramLabel = "N",
            defaultValue = "10000",
            converter = WholeNumber.Places.class,
            description = "Places in the waiting room (default ${DEFAULT-VALUE}; 0 refuses at once over the limit).")
    private int maxWaiting;

    @Option(
            names = "--when-full",
            paramLabel = "refuse|hold",
            defaultValue = "refuse",
            converter = WhenFullName.class,
            description =
                    "What becomes of newcomers when all places are taken: they are refused (default), or not accepted,"
                            + " so that the kernel's backlog holds them.")
    private WhenFull whenFull;

    @Option(
            names = "--max-wait",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "The longest wait (default ${DEFAULT-VALUE}; 0s is for ever).")
    private Duration maxWait;

    @Option(
            names = "--max-per-source",
            paramLabel = "N",
            converter = WholeNumber.Connections.class,
            description = "Connections that one source address may hold, served and waiting (default: no cap).")
    private @Nullable Integer maxPerSource;

    @Option(
            names = "--class",
            paramLabel = "WHO=N",
            description =
                    "Connections of WHO are of priority class N, 0 the most urgent; may be repeated, the first match"
                            + " counts; else 10. WHO is a CIDR, file:FILE with a CIDR a line (read again on SIGHUP), or sni:NAME or"
                            + " sni:*.SUFFIX, the server name that TLS clients ask for.")
    private List<PriorityRule> rules = new ArrayList<>();

    @Option(
            names = "--max-arriving",
            paramLabel = "N",
            defaultValue = "10000",
            converter = WholeNumber.Connections.class,
            description =
                    "Connections that are accepted and have not come to the gate yet, because a header, a hello or"
                            + " their first byte is awaited (default ${DEFAULT-VALUE}); beyond it the eldest of them is closed.")
    private int maxArriving;

    /**
     * What they say.
     *
     * @throws IllegalArgumentException if two do not go together
     */
    GateSettings settings(String name, String limit) {
        if (whenFull == WhenFull.HOLD && maxWaiting == 0) {
            throw new IllegalArgumentException(
                    "--when-full hold needs a waiting place: --max-waiting must be at least 1, was \"0\"");
        }
        return new GateSettings(name, limit, policy, maxWaiting, whenFull, maxWait, maxArriving, maxPerSource, rules);
    }

    /** Whether a file is to be read again for the classes. */
    boolean hasFiles() {
        return rules.stream().anyMatch(rule -> rule.clients() instanceof AddressList);
    }

    /** What makes a policy. */
    private static final class PolicyExpression implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return Words.policy(text);
        }
    }

    private static final class WhenFullName implements ITypeConverter<WhenFull> {
        @Override
        public WhenFull convert(String text) {
            return Words.whenFull(text);
        }
    }
}
