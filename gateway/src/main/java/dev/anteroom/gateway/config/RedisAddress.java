package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import dev.anteroom.address.IpAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Redis, without a password. No message quotes the text that was parsed, because a misplaced password
 * may be anywhere in it.
 *
 * @param tls whether it speaks TLS
 * @param user the user in the URI, or null for none
 * @param host a host name or an IP address, without brackets
 * @param port the port
 * @param database the number of the database
 */
public record RedisAddress(boolean tls, @Nullable String user, String host, int port, int database) {
    private static final Pattern FORM = Pattern.compile(
            "redis(s?)://(?:([A-Za-z0-9._~-]+)@)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?(?:/(\\d{1,5})?)?");
    private static final Pattern USER_INFO = Pattern.compile("(?i)\\b(rediss?:/*)[^\"]*@");
    private static final int DEFAULT_PORT = 6379;
    private static final int MAX_PORT = 0xffff;

    /**
     * Parses {@code redis://[USER@]HOST[:PORT][/DB]}, or the same with {@code rediss} for TLS.
     *
     * @param text the URI
     * @return the address
     * @throws IllegalArgumentException if the text is anything else; the message does not quote it
     */
    public static RedisAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        boolean isValid = matcher.matches();
        if (!isValid && text.indexOf('@') >= 0) {
            throw new IllegalArgumentException("a password does not belong here, where others may see it: use the"
                    + " environment variable ANTEROOM_FLEET_PASSWORD or --fleet-password-file, and for a user"
                    + " --fleet-user");
        }
        String host = isValid ? host(matcher.group(3)) : null;
        if (host == null) {
            throw new IllegalArgumentException("must be redis://HOST:PORT, or rediss://HOST:PORT for TLS; its value is"
                    + " not shown, because it may contain a password");
        }
        int port = matcher.group(4) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(4));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("needs a port from 1 to " + MAX_PORT + ", was " + port);
        }
        int database = matcher.group(5) == null ? 0 : Integer.parseInt(matcher.group(5));
        return new RedisAddress(!matcher.group(1).isEmpty(), matcher.group(2), host, port, database);
    }

    /** Returns a host without brackets; null if it is neither a name nor an address. */
    private static @Nullable String host(String text) {
        String host = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
        boolean isLiteral = host.indexOf(':') >= 0 || Ints.tryParse(host.substring(host.lastIndexOf('.') + 1)) != null;
        return isLiteral && IpAddress.tryParse(host) == null ? null : host;
    }

    /**
     * Replaces what precedes the host in every URI of a Redis.
     *
     * @param message a message that may quote what a user wrote
     * @return the message without users and passwords
     */
    public static String hideSecrets(String message) {
        return USER_INFO.matcher(message).replaceAll("$1(hidden)@");
    }

    /**
     * Returns the host and the port.
     *
     * @return a text such as {@code [::1]:6379}
     */
    public String hostAndPort() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Returns the URI without the user. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + hostAndPort() + (database == 0 ? "" : "/" + database);
    }
}
