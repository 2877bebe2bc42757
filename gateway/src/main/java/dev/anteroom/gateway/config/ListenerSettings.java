package dev.anteroom.gateway.config;

import dev.anteroom.protocol.HalfClose;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one listener.
 *
 * @param address where clients connect
 * @param gate the name of the gate that admits the connections; several listeners may share one
 * @param identity what the gateway must know of a connection before it enters the gate
 * @param upstreams the servers for admitted connections
 * @param timeLimits how long a connection may keep its slot
 * @param acceptRate the most connections to accept per second, or null for no bound
 * @param halfClose the meaning of a waiting client's half-close
 * @param busyMessage the text sent to a connection before it is turned away
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
     * Returns whether a waiting client that half-closes gives up its place.
     *
     * @return false if it keeps its place
     */
    public boolean isLeavingByHalfClose() {
        return halfClose == HalfClose.ABANDON;
    }
}
