package dev.anteroom.gateway.admin;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites out that a browser on this machine has open. A name that was rebound to the loopback address shows in the
 * Host header, so a server on loopback wants {@code localhost} or an IP address there. A script of another site shows in the
 * Origin header; it, or a form of another site, cannot send a PATCH anyway without asking by OPTIONS, which is not answered.
 */
final class RequestGuard {
    private final boolean onLoopback;

    RequestGuard(boolean onLoopback) {
        this.onLoopback = onLoopback;
    }

    /** Why a request is not answered, or null if it is. */
    @Nullable
    String objection(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (onLoopback && host != null && !isLocal(host)) {
            return "the Host must be localhost or an IP address, was " + host;
        } else if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
            return "the Origin must be http://" + host + ", was " + origin;
        }
        return null;
    }

    private static boolean isLocal(String host) {
        try {
            String name = HostAndPort.fromString(host).getHost();
            return name.equalsIgnoreCase("localhost") || InetAddresses.isInetAddress(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
