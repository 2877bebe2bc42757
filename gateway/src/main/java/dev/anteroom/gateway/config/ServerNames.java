package dev.anteroom.gateway.config;

import dev.anteroom.gateway.identity.ClientAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Clients that ask TLS for a server of this name.
 *
 * @param name in small letters
 * @param isSuffix whether it is of all names that end so and are longer; it begins with a dot then
 */
public record ServerNames(String name, boolean isSuffix) implements Clients {
    private static final Pattern FORM = Pattern.compile("(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /**
     * Reads {@code NAME}, or {@code *.SUFFIX}.
     *
     * @param text what a user wrote
     * @return what it says
     * @throws IllegalArgumentException if it is malformed
     */
    public static ServerNames parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a server name; write one such as db.example.org, or *.example.org");
        }
        String lower = text.toLowerCase(Locale.ROOT);
        boolean isSuffix = lower.startsWith("*");
        return new ServerNames(isSuffix ? lower.substring(1) : lower, isSuffix);
    }

    @Override
    public boolean include(InetSocketAddress client) {
        if (!(client instanceof ClientAddress named)) {
            return false;
        }
        String asked = named.serverName();
        return isSuffix ? asked.endsWith(name) && asked.length() > name.length() : asked.equals(name);
    }
}
