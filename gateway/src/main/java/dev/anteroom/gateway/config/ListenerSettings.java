package dev.anteroom.gateway.config;

import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.protocol.HalfClose;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One address on which clients connect, and what becomes of them.
 *
 * @param address where they connect
 * @param gate the name of the gate that admits them; several listeners may share one
 * @param identity what is to be known of a connection before it comes to the gate
 * @param upstreams where the admitted are passed on to; at least one
 * @param connectTimeout how long it may take to connect to one of these
 * @param sendProxy the PROXY header that these are told of their clients by, or null for none
 * @param health how it is found out whether these are up, or null to take them to be
 * @param upstreamWait how long an admitted connection waits for an upstream to be up and have room
 * @param timeLimits how long it may keep its slot
 * @param halfClose what a waiting client does that shuts down its sending side
 * @param busyMessage sent to a connection before it is turned away
 */
public record ListenerSettings(
        ListenAddress address,
        String gate,
        IdentitySettings identity,
        List<UpstreamSettings> upstreams,
        Duration connectTimeout,
        @Nullable ProxyVersion sendProxy,
        @Nullable HealthSettings health,
        Duration upstreamWait,
        TimeLimits timeLimits,
        HalfClose halfClose,
        String busyMessage) {
    /** Unless another is set. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Keeps a copy of the list. */
    public ListenerSettings {
        upstreams = List.copyOf(upstreams);
    }

    /**
     * Passes everyone on to one server, without more ado.
     *
     * @param address where clients connect
     * @param gate the name of the gate
     * @param upstream the server
     * @return what needs no more settings
     */
    public static ListenerSettings simple(Endpoint address, String gate, Endpoint upstream) {
        return new ListenerSettings(
                address,
                gate,
                IdentitySettings.NONE,
                List.of(new UpstreamSettings(upstream, null)),
                CONNECT_TIMEOUT,
                null,
                null,
                Duration.ZERO,
                TimeLimits.NONE,
                HalfClose.ABANDON,
                "");
    }
}
