package dev.anteroom.gateway.identity;

import java.net.InetSocketAddress;

/**
 * The two ends of a client's connection, as it was made first.
 *
 * @param source the client's
 * @param destination where it connected to
 */
public record Ends(InetSocketAddress source, InetSocketAddress destination) {}
