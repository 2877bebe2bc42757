/**
 * Connections as callbacks: a {@link dev.anteroom.protocol.Protocol} speaks, a {@link dev.anteroom.protocol.Transport}
 * carries, an {@link dev.anteroom.protocol.EventLoop} calls; and
 * {@link dev.anteroom.protocol.GatedProtocolFactory} puts an admission gate before any protocol.
 *
 * <p><b>The contract between a protocol and its transport</b>, which the testkit's transport suite states sentence by
 * sentence:
 * <ol>
 *   <li>All callbacks of a connection run on its one event loop, one at a time. {@code connectionMade} comes first,
 *       {@code connectionLost} last and exactly once.
 *   <li>After {@code pauseReading()} no byte is delivered until {@code resumeReading()}; called in
 *       {@code connectionMade} it holds back the very first byte. Every byte then arrives, once and in order.
 *   <li>No method of a transport calls its protocol back from inside; the callback comes in a later turn of the loop.
 *   <li>While reading is paused, a departed peer is noticed within a second: a reset ends the connection, a FIN is told by
 *       {@code endOfInputSeen()}. Up to {@link dev.anteroom.protocol.TransportOptions#preReadBytes()} bytes are read
 *       ahead for that, kept, and delivered on resumption. What lies behind more unread bytes than these may go unnoticed.
 *   <li>A peer that vanishes without a FIN is noticed too, in every state of its connection, after the time that
 *       {@link dev.anteroom.protocol.KeepAlive} says.
 *   <li>Writing never blocks. Past the high-water mark the connection is not writable; once the peer has taken its bytes,
 *       {@code writabilityChanged} says so.
 *   <li>A protocol that throws loses its own connection, never the loop.
 * </ol>
 */
package dev.anteroom.protocol;
