package dev.anteroom.gateway.config;

import dev.anteroom.gateway.identity.ClientAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * TLS clients that ask for a server of a given name.
 *
 * @param name the name, in lower case; a suffix begins with a dot
 * @param isSuffix whether the rule matches all longer names that end with the given one
 */
public record ServerNames(String name, boolean isSuffix) implements Clients {
    private static final Pattern FORM = Pattern.compile("(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /**
     * Parses {@code NAME} or {@code *.SUFFIX}.
     *
     * @param text the text to parse
     * @return the names
     * @throws IllegalArgumentException if the text is malformed
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
