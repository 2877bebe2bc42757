package dev.anteroom.gateway.admin;

import com.google.common.net.HostAndPort;
import com.sun.net.httpserver.HttpExchange;
import dev.anteroom.address.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Rejects requests without the token, if one is set, and requests of other sites that a browser on this machine has
 * open. DNS rebinding shows in the Host header, so a server on loopback accepts only {@code localhost} or an IP address
 * there. A script of another site shows in the Origin header. Besides, neither a script nor a form of another site can
 * send a PATCH without a preflight OPTIONS request, which the server does not allow.
 *
 * <p>The token comes as {@code Authorization: Bearer TOKEN} or, from browsers, as the password of any user.
 * {@code /healthz} needs no token.
 */
final class RequestGuard {
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final boolean onLoopback;
    private final @Nullable AdminToken token;

    /**
     * Creates the guard of one server.
     *
     * @param token the token that requests must carry, or null if they need none
     */
    RequestGuard(boolean onLoopback, @Nullable AdminToken token) {
        this.onLoopback = onLoopback;
        this.token = token;
    }

    /** Returns the response that rejects a request, or null if the request is allowed. */
    @Nullable
    Answer rejection(HttpExchange exchange) {
        String forgery = forgery(exchange);
        if (forgery != null) {
            return Answer.error(403, forgery);
        } else if (token == null
                || exchange.getRequestURI().getPath().equals("/healthz")
                || token.matches(credentials(exchange))) {
            return null;
        }
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"anteroom\", charset=\"UTF-8\"");
        return Answer.error(401, "the token is missing or wrong; send Authorization: Bearer TOKEN");
    }

    private static String credentials(HttpExchange exchange) {
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

    /** Returns why a request seems to come from another site, or null if it does not. */
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
            return name.equalsIgnoreCase("localhost") || IpAddress.tryParse(name) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
