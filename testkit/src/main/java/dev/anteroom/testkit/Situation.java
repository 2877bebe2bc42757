package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.END_OF_INPUT_SEEN;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;

import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A way to depart, and the state of the connection in which the peer departs. All of them together are the table of
 * {@link TransportSuite}'s departures.
 *
 * @param departure how the peer departs
 * @param unread what it has sent that was not delivered
 * @param unsent what it was sent and has not taken
 * @param endedHere whether this side has shut its output down
 * @param endedThere whether the peer has shut its output down before it departs
 */
record Situation(Departure departure, Unread unread, Unsent unsent, boolean endedHere, boolean endedThere) {
    /** How a peer departs. */
    enum Departure {
        FIN("a FIN"),
        RESET("a reset"),
        /** Its packets are lost from now on, and so are those to it. */
        SILENCE("silence"),
        /** As before, but that its network says so. */
        UNREACHABLE("an unreachable peer");

        private final String words;

        Departure(String words) {
            this.words = words;
        }
    }

    /** Whether this side reads, and what it has not read. */
    enum Unread {
        READING("reading", 0),
        NOTHING("paused", 0),
        A_REQUEST("paused behind 100 bytes", 100),
        MUCH("paused behind 64 KiB", 64 * 1024);

        private final String words;
        private final int bytes;

        Unread(String words, int bytes) {
            this.words = words;
            this.bytes = bytes;
        }
    }

    /** What the peer has not taken: it reads nothing. */
    enum Unsent {
        NOTHING("", 0),
        IN_THE_KERNEL(", 32 KiB in the kernel", 32 * 1024),
        PENDING(", 8 MiB pending", 8 << 20);

        private final String words;
        private final int bytes;

        Unsent(String words, int bytes) {
            this.words = words;
            this.bytes = bytes;
        }
    }

    private static final List<Boolean> EITHER = List.of(false, true);

    /** All states of a connection in which its peer may depart in this way. */
    static Stream<Situation> all(Departure departure) {
        return Arrays.stream(Unread.values())
                .flatMap(unread -> Arrays.stream(Unsent.values())
                        .flatMap(unsent -> EITHER.stream()
                                .flatMap(here -> EITHER.stream()
                                        .map(there -> new Situation(departure, unread, unsent, here, there)))))
                .filter(Situation::exists);
    }

    /** Once both sides have shut down, only what the peer has not taken keeps a connection going; if it is read, nothing but pending bytes. */
    private boolean exists() {
        boolean over = endedHere
                && endedThere
                && (unsent == Unsent.NOTHING || (unread == Unread.READING && unsent != Unsent.PENDING));
        return !over && !(departure == Departure.FIN && endedThere);
    }

    /** Whether the transport says that it notices this. */
    boolean isPromised(TransportSuite suite) {
        boolean behindMuch = unread == Unread.MUCH;
        if (departure == Departure.FIN) {
            return !behindMuch || suite.noticesEndBehindUnreadBytes();
        }
        boolean overBothWays = endedHere && endedThere && unsent != Unsent.PENDING;
        return (!behindMuch || suite.noticesResetBehindUnreadBytes())
                && (!overBothWays || suite.noticesResetOnceBothSidesHaveShutDown());
    }

    /** What the protocol hears of the departure. */
    RecordingProtocol.Callback notice() {
        if (departure != Departure.FIN) {
            return CONNECTION_LOST;
        }
        return unread == Unread.READING ? INPUT_CLOSED : END_OF_INPUT_SEEN;
    }

    /** This side's protocol. */
    RecordingProtocol server() {
        RecordingProtocol server = new RecordingProtocol();
        return unread == Unread.READING ? server : server.on(CONNECTION_MADE, Transport::pauseReading);
    }

    /** Brings a connection into the state, from both of its ends. */
    void bringAbout(RecordingProtocol server, ScriptedClient peer) {
        server.act(transport -> {
            if (unsent.bytes > 0) {
                transport.write(ByteBuffer.allocate(unsent.bytes));
            }
            if (endedHere) {
                transport.shutdownOutput();
            }
        });
        peer.send(new byte[unread.bytes]);
        if (endedThere) {
            peer.shutdownOutput();
        }
    }

    @Override
    public String toString() {
        return departure.words + ": " + unread.words + unsent.words + (endedHere ? ", this side has shut down" : "")
                + (endedThere ? ", the peer has shut down" : "");
    }
}
