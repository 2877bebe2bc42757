package dev.anteroom.gateway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host. May block, so it is never called on an event loop or under a lock. */
@FunctionalInterface
public interface NameLookup {
    /** Asks the system each time; {@code Main} switches the cache of the JVM off. */
    NameLookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * Looks a host up.
     *
     * @param host a name
     * @return at least one address
     * @throws UnknownHostException if the name has no address, or cannot be looked up now
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;
}
