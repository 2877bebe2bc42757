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

    /** A connection to it was made. */
    void succeeded(@Nullable HealthSettings health) {
        proven = true;
        contrary = up ? 0 : contrary + 1;
        if (health != null && contrary >= health.rise()) {
            turn(true);
        }
    }

    /** A connection to it could not be made. */
    void failed(Throwable reason, @Nullable HealthSettings health) {
        outages.report(reason);
        contrary = up ? contrary + 1 : 0;
        if (health != null && contrary >= health.fall()) {
            turn(false);
        }
    }

    /** Takes it to be up, when nobody looks any more. */
    void assumeUp() {
        up = true;
        contrary = 0;
    }

    private void turn(boolean nowUp) {
        up = nowUp;
        contrary = 0;
        outages.turned(nowUp);
    }
}
