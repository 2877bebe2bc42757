/**
 * Servers, each behind a gate. The way to add the gate differs, because some servers do not let users change
 * the pipelines of their connections, or have none:
 *
 * <ul>
 *   <li>{@link dev.anteroom.examples.NettyHttps}, {@link dev.anteroom.examples.ReactorNettyHttp} and
 *       {@link dev.anteroom.examples.ArmeriaHttp}: one line in a hook of the server.
 *   <li>{@link dev.anteroom.examples.GrpcServer}: has no such hook, but accepts a factory for the server channel;
 *       {@code GatedChildren} in the pipeline of that channel adds the gate.
 *   <li>{@link dev.anteroom.examples.VertxHttp}: the same, through its transport ({@code GatedTransport}).
 *   <li>{@link dev.anteroom.examples.ThreadPerConnection}: a thread that waits.
 *   <li>{@link dev.anteroom.examples.HttpRequests}: requests instead of connections, on the JDK's server.
 * </ul>
 *
 * <p>Each server sends the answers of an {@code application}, on a free port of the loopback interface.
 */
@NullMarked
package dev.anteroom.examples;

import org.jspecify.annotations.NullMarked;
