package dev.anteroom.gateway.config;

import dev.anteroom.protocol.HalfClose;
import org.jspecify.annotations.Nullable;

/**
 * One address on which clients connect, and what becomes of them.
 *
 * @param address where they connect
 * @param gate the name of the gate that admits them; several listeners may share one
 * @param identity what is to be known of a connection before it comes to the gate
 * @param upstreams the servers of the admitted
 * @param timeLimits how long a connection may keep its slot
 * @param acceptRate connections that are taken in a second, or null for no bound
 * @param halfClose the meaning of a waiting client's half-close
 * @param busyMessage sent to a connection before it is turned away
 */
public record ListenerSettings(
        ListenAddress address,
        String gate,
        IdentitySettings identity,
        UpstreamPoolSettings upstreams,
        TimeLimits timeLimits,
        @Nullable Integer acceptRate,
        HalfClose halfClose,
        String busyMessage) {
    /**
     * Whether a client that shuts down its sending side gives up its place.
     *
     * @return true unless it keeps it
     */
    public boolean isLeavingByHalfClose() {
        return halfClose == HalfClose.ABANDON;
    }
}
