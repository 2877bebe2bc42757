package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import org.jspecify.annotations.Nullable;

/** One upstream: how many connections it has, and whether it is up. Guarded by its {@link Upstreams}. */
final class UpstreamServer {
    private final Endpoint address;
    private final OutageLog outages;
    private int limit;
    private int active;
    private boolean up = true;

    /** A connection was made since it was last asked. */
    private boolean proven;

    /** Results in a row, of checks and of connections, that speak against {@link #up}. */
    private int contrary;

    UpstreamServer(UpstreamSettings settings) {
        this.address = settings.address();
        this.outages = new OutageLog(address);
        limit(settings.limit());
    }

    Endpoint address() {
        return address;
    }

    int active() {
        return active;
    }

    boolean isUp() {
        return up;
    }

    boolean hasRoom() {
        return active < limit;
    }

    /** Whether it should be checked; the next time it is asked, no longer by what has happened before. */
    boolean isUnproven() {
        boolean unproven = !proven && hasRoom();
        proven = false;
        return unproven;
    }

    void limit(@Nullable Integer limit) {
        this.limit = limit == null ? Integer.MAX_VALUE : limit;
    }

    void take() {
        active++;
    }

    void give() {
        active--;
    }

    /** A connection to it was made. Returns whether it is up now and was not before. */
    boolean succeeded(@Nullable HealthSettings health) {
        proven = true;
        contrary = up ? 0 : contrary + 1;
        return health != null && contrary >= health.rise() && turn(true);
    }

    /** A connection to it could not be made. Returns whether it is down now and was not before. */
    boolean failed(@Nullable HealthSettings health) {
        contrary = up ? contrary + 1 : 0;
        return health != null && contrary >= health.fall() && turn(false);
    }

    /** Where it is told that it cannot be reached; not under a lock. */
    OutageLog outages() {
        return outages;
    }

    /** Takes it to be up, when nobody looks any more. */
    void assumeUp() {
        up = true;
        contrary = 0;
    }

    private boolean turn(boolean nowUp) {
        boolean changed = up != nowUp;
        up = nowUp;
        contrary = 0;
        return changed;
    }
}
