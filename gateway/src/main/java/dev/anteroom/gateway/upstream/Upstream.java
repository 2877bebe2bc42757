package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.UpstreamAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upstream as the settings name it: the servers behind its name now, and the limit that they share. There is one for
 * each address, whatever the number of listeners that name it. Guarded by the {@link Upstreams}.
 */
final class Upstream {
    private final UpstreamAddress address;
    private List<UpstreamServer> servers = List.of();
    private int limit = Integer.MAX_VALUE;
    private int users;

    /** Whether the last lookup of the name failed, so that the servers may be out of date. */
    private boolean outOfDate;

    Upstream(UpstreamAddress address) {
        this.address = address;
    }

    UpstreamAddress address() {
        return address;
    }

    List<UpstreamServer> servers() {
        return servers;
    }

    void servers(List<UpstreamServer> now) {
        servers.forEach(server -> server.upstreams().remove(this));
        now.forEach(server -> server.upstreams().add(this));
        servers = List.copyOf(now);
    }

    void limit(@Nullable Integer most) {
        limit = most == null ? Integer.MAX_VALUE : most;
    }

    boolean hasRoom() {
        if (limit == Integer.MAX_VALUE) {
            return true;
        }
        int active = 0;
        for (UpstreamServer server : servers) {
            active += server.active();
        }
        return active < limit;
    }

    /** Adds a listener that names this upstream. */
    void use() {
        users++;
    }

    /** Removes a listener; returns whether none is left. */
    boolean release() {
        users--;
        return users == 0;
    }

    boolean isUsed() {
        return users > 0;
    }

    /** Sets whether the last lookup failed; returns whether that is new. */
    boolean outOfDate(boolean failed) {
        boolean changed = outOfDate != failed;
        outOfDate = failed;
        return changed;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
