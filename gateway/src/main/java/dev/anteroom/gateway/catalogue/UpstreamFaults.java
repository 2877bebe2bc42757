package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.NameLookup;
import dev.anteroom.gateway.config.UpstreamSettings;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds upstreams that are unknown, that a listener names twice, or that have different limits in different listeners.
 * Two texts name the same upstream if they have a server in common.
 */
final class UpstreamFaults {
    private final NameLookup names;
    private final Map<InetSocketAddress, UpstreamSettings> ofAllListeners = new HashMap<>();

    UpstreamFaults(NameLookup names) {
        this.names = names;
    }

    /** Records the faults of one listener, given those before it. */
    void check(Section listener) {
        List<UpstreamSettings> upstreams = listener.given(UpstreamCatalogue.UPSTREAM);
        if (upstreams != null) {
            Map<InetSocketAddress, UpstreamSettings> own = new HashMap<>();
            upstreams.stream()
                    .map(upstream -> fault(upstream, own))
                    .filter(Objects::nonNull)
                    .forEach(fault -> listener.fault(UpstreamCatalogue.UPSTREAM, fault));
        }
    }

    private @Nullable String fault(UpstreamSettings upstream, Map<InetSocketAddress, UpstreamSettings> own) {
        try {
            for (InetSocketAddress server : upstream.address().servers(names)) {
                UpstreamSettings twin = own.putIfAbsent(server, upstream);
                UpstreamSettings elsewhere = ofAllListeners.putIfAbsent(server, upstream);
                if (twin != null) {
                    return "\"" + upstream + "\" is the same server as \"" + twin + "\"; name each upstream once";
                } else if (elsewhere != null && !Objects.equals(elsewhere.limit(), upstream.limit())) {
                    return "\"" + upstream + "\" is the same server as \"" + elsewhere
                            + "\" of another listener; give it the same limit in both, because they share it";
                }
            }
            return null;
        } catch (UnknownHostException e) {
            return "\"" + upstream.address() + "\" has an unknown host; write a name that resolves, or an IP address";
        }
    }
}
