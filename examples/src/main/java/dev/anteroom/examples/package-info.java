/**
 * Servers on Netty, each with a gate before it. Where it is put differs, because some let nobody into the pipelines of their
 * connections:
 *
 * <ul>
 *   <li>{@link dev.anteroom.examples.NettyHttps}, {@link dev.anteroom.examples.ReactorNettyHttp} and
 *       {@link dev.anteroom.examples.ArmeriaHttp}: one line, in their own hook.
 *   <li>{@link dev.anteroom.examples.GrpcServer}: has no such hook, but lets one choose the server channel, in which
 *       {@code GatedChildren} does it.
 *   <li>{@link dev.anteroom.examples.VertxHttp}: likewise, through its transport ({@code GatedTransport}).
 * </ul>
 *
 * <p>Each serves what an {@code application} answers, on a port of the loopback interface that the system chooses.
 */
@NullMarked
package dev.anteroom.examples;

import org.jspecify.annotations.NullMarked;
