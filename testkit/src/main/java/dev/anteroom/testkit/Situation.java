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
 * A way to depart, and the state of the connection when the peer departs. All situations together are the table of
 * departures of {@link TransportSuite}.
 *
 * @param departure how the peer departs
 * @param unread the bytes from the peer that were not delivered
 * @param unsent the bytes for the peer that it has not taken
 * @param endedHere whether this side has shut down its output
 * @param endedThere whether the peer has shut down its output before it departs
 */
record Situation(Departure departure, Unread unread, Unsent unsent, boolean endedHere, boolean endedThere) {
    /** A way in which a peer departs. */
    enum Departure {
        FIN("a FIN"),
        RESET("a reset"),
        /** Packets from and to the peer are lost from now on. */
        SILENCE("silence"),
        /** Packets from and to the peer are lost, and its network reports it unreachable. */
        UNREACHABLE("an unreachable peer");

        private final String words;

        Departure(String words) {
            this.words = words;
        }
    }

    /** Whether this side reads, and how much it has not read. */
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

    /** How much the peer has not taken, because it does not read. */
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

    /** Returns all situations in which a peer may depart in this way. */
    static Stream<Situation> all(Departure departure) {
        return Arrays.stream(Unread.values())
                .flatMap(unread -> Arrays.stream(Unsent.values())
                        .flatMap(unsent -> EITHER.stream()
                                .flatMap(here -> EITHER.stream()
                                        .map(there -> new Situation(departure, unread, unsent, here, there)))))
                .filter(Situation::exists);
    }

    /**
     * Whether a connection can be in this state. After both sides have shut down, only bytes that the peer has not
     * taken keep a connection alive; if this side reads, only pending bytes do.
     */
    private boolean exists() {
        boolean over = endedHere
                && endedThere
                && (unsent == Unsent.NOTHING || (unread == Unread.READING && unsent != Unsent.PENDING));
        return !over && !(departure == Departure.FIN && endedThere);
    }

    /** Whether the transport under test promises to notice the departure. */
    boolean isPromised(TransportSuite suite) {
        boolean behindMuch = unread == Unread.MUCH;
        if (departure == Departure.FIN) {
            return !behindMuch || suite.noticesEndBehindUnreadBytes();
        }
        boolean overBothWays = endedHere && endedThere && unsent != Unsent.PENDING;
        return (!behindMuch || suite.noticesResetBehindUnreadBytes())
                && (!overBothWays || suite.noticesResetOnceBothSidesHaveShutDown());
    }

    /** Returns the callback that reports the departure. */
    RecordingProtocol.Callback notice() {
        if (departure != Departure.FIN) {
            return CONNECTION_LOST;
        }
        return unread == Unread.READING ? INPUT_CLOSED : END_OF_INPUT_SEEN;
    }

    /** Creates this side's protocol. */
    RecordingProtocol server() {
        RecordingProtocol server = new RecordingProtocol();
        return unread == Unread.READING ? server : server.on(CONNECTION_MADE, Transport::pauseReading);
    }

    /** Brings a connection into the state, from both ends. */
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
