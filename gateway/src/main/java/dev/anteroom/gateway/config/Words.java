package dev.anteroom.gateway.config;

import dev.anteroom.expression.Durations;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.limits.Limits;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.scheduler.Policies;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Values that are a word, the same on the command line and in a file. Each throws {@link IllegalArgumentException}. */
public final class Words {
    private Words() {}

    /**
     * An address of this machine.
     *
     * @param text {@code HOST:PORT} or {@code off}
     * @return the address, or null for {@code off}
     */
    public static @Nullable Endpoint endpointOrOff(String text) {
        return text.equals("off") ? null : Endpoint.parse(text);
    }

    /**
     * What makes a policy.
     *
     * @param text an expression
     * @return the same, which {@link Policies#parse} accepts
     */
    public static String policy(String text) {
        Policies.parse(text);
        return text;
    }

    /**
     * What makes a limit.
     *
     * @param text an expression
     * @return the same, which {@link Limits#parse} accepts
     */
    public static String limit(String text) {
        Limits.parse(text);
        return text;
    }

    /**
     * What becomes of newcomers when the waiting room is full.
     *
     * @param text a word
     * @return what it means
     */
    public static WhenFull whenFull(String text) {
        return switch (text) {
            case "refuse" -> WhenFull.REFUSE;
            case "hold" -> WhenFull.HOLD;
            default -> throw new IllegalArgumentException("must be refuse or hold, was \"" + text + "\"");
        };
    }

    /**
     * How an upstream is told of its clients.
     *
     * @param text a word
     * @return what it means
     */
    public static ProxyVersion proxyVersion(String text) {
        return switch (text) {
            case "v1" -> ProxyVersion.V1;
            case "v2" -> ProxyVersion.V2;
            default -> throw new IllegalArgumentException("must be v1 or v2, was \"" + text + "\"");
        };
    }

    /**
     * When a connection comes to its gate.
     *
     * @param text a word
     * @return what it means
     */
    public static AdmitWhen admitWhen(String text) {
        return switch (text) {
            case "arrived" -> AdmitWhen.ARRIVED;
            case "ready" -> AdmitWhen.READY;
            default -> throw new IllegalArgumentException("must be arrived or ready, was \"" + text + "\"");
        };
    }

    /**
     * A time that nothing may take for ever.
     *
     * @param text a duration
     * @return a duration that is positive
     */
    public static Duration positive(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be positive, was \"" + text + "\"");
        }
        return duration;
    }

    /**
     * What a waiting client does that shuts down its sending side.
     *
     * @param text a word
     * @return what it means
     */
    public static HalfClose halfClose(String text) {
        return switch (text) {
            case "keep" -> HalfClose.KEEP;
            case "abandon" -> HalfClose.ABANDON;
            default -> throw new IllegalArgumentException("must be keep or abandon, was \"" + text + "\"");
        };
    }
}
