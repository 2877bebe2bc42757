package dev.anteroom.gateway.config;

import dev.anteroom.protocol.HalfClose;

/**
 * One address on which clients connect, and what becomes of them.
 *
 * @param address where they connect
 * @param gate the name of the gate that admits them; several listeners may share one
 * @param upstream where the admitted are passed on to
 * @param halfClose what a waiting client does that shuts down its sending side
 * @param busyMessage sent to a connection before it is turned away
 */
public record ListenerSettings(
        Endpoint address, String gate, Endpoint upstream, HalfClose halfClose, String busyMessage) {}
