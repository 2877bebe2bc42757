package dev.anteroom.gateway.admin;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Keeps out who has no token, if one is demanded, and other sites that a browser on this machine has open. A name that was
 * rebound to the loopback address shows in the Host header, so a server on loopback wants {@code localhost} or an IP address
 * there. A script of another site shows in the Origin header; it, or a form of another site, cannot send a PATCH anyway without
 * asking by OPTIONS, which is not answered.
 *
 * <p>The token comes as {@code Authorization: Bearer TOKEN}, or, for browsers, as the password of any user. Whether the gateway
 * is well may be asked without.
 */
final class RequestGuard {
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final boolean onLoopback;
    private final @Nullable AdminToken token;

    /**
     * A guard of one server.
     *
     * @param token what is demanded, or null for nothing
     */
    RequestGuard(boolean onLoopback, @Nullable AdminToken token) {
        this.onLoopback = onLoopback;
        this.token = token;
    }

    /** What a request is answered with that is not let in, or null if it is. */
    @Nullable
    Answer objection(HttpExchange exchange) {
        String forged = forgery(exchange);
        if (forged != null) {
            return Answer.error(403, forged);
        } else if (token == null
                || exchange.getRequestURI().getPath().equals("/healthz")
                || token.is(given(exchange))) {
            return null;
        }
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"anteroom\", charset=\"UTF-8\"");
        return Answer.error(401, "the token is missing or wrong; send Authorization: Bearer TOKEN");
    }

    private static String given(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header != null && header.startsWith(BEARER)) {
            return header.substring(BEARER.length());
        } else if (header != null && header.startsWith(BASIC)) {
            return password(header.substring(BASIC.length()));
        }
        return "";
    }

    private static String password(String encoded) {
        try {
            String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return decoded.substring(decoded.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Why a request looks as if another site had sent it, or null if it does not. */
    private @Nullable String forgery(HttpExchange exchange) {
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
