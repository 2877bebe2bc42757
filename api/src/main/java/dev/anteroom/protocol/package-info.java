/**
 * Connections as callbacks. A {@link dev.anteroom.protocol.Protocol} handles the bytes of a connection, a {@link
 * dev.anteroom.protocol.Transport} sends and receives them, and an {@link dev.anteroom.protocol.EventLoop} makes the
 * calls. {@link dev.anteroom.protocol.GatedProtocolFactory} puts an admission gate in front of any protocol.
 *
 * <p><b>The contract between a protocol and its transport</b>, which the testkit's transport suite tests sentence by
 * sentence:
 * <ol>
 *   <li>All callbacks of a connection run on its one event loop, one at a time. {@code connectionMade} comes first,
 *       {@code connectionLost} last and exactly once.
 *   <li>After {@code pauseReading()} no byte is delivered until {@code resumeReading()}; called in {@code
 *       connectionMade} it holds back the very first byte. Every byte is then delivered, once and in order.
 *   <li>No method of a transport calls its protocol back from inside; the callback comes in a later turn of the loop.
 *   <li>While reading is paused, a departed peer is noticed within a second: a reset ends the connection, and a FIN is
 *       reported by {@code endOfInputSeen()}. For that purpose up to {@link
 *       dev.anteroom.protocol.TransportOptions#preReadBytes()} bytes are read ahead, kept, and delivered on resumption.
 *       A FIN or a reset behind more unread bytes than these may go unnoticed.
 *   <li>A peer that vanishes without a FIN is noticed too, in every state of its connection, after the time that {@link
 *       dev.anteroom.protocol.KeepAlive} says.
 *   <li>Writing never blocks. Above the high-water mark the connection is not writable. Once the peer has read its
 *       bytes, {@code writabilityChanged} reports that it is writable again.
 *   <li>A protocol that throws loses its own connection, never the loop.
 * </ol>
 */
package dev.anteroom.protocol;
