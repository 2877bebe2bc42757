package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/**
 * The contract of {@code dev.anteroom.protocol}, sentence by sentence, over real sockets on one machine. A transport
 * proves itself by extending it:
 *
 * <pre>{@code
 * class NioTransportTest extends TransportSuite {
 *     @Override
 *     protected EventLoopGroup open(TransportOptions options) {
 *         return new NioTransportProvider().open(options);
 *     }
 * }
 * }</pre>
 *
 * <p>What a platform cannot notice is said by the capability methods, whose tests are skipped unless they return true.
 */
public abstract class TransportSuite {
    private @Nullable Loopback net;

    /** For subclasses. */
    protected TransportSuite() {}

    /**
     * Opens the transport under test.
     *
     * @param options how
     * @return running loops, which the suite closes
     */
    protected abstract EventLoopGroup open(TransportOptions options);

    /**
     * Whether a reset is noticed that came after more bytes than are read ahead, while reading is paused.
     *
     * @return true if this platform tells; false unless overridden
     */
    protected boolean noticesResetBehindUnreadBytes() {
        return false;
    }

    /**
     * Whether the end of the input is noticed that came after more bytes than are read ahead, while reading is paused.
     *
     * @return true if this platform tells; false unless overridden
     */
    protected boolean noticesEndBehindUnreadBytes() {
        return false;
    }

    /**
     * Whether a reset is noticed after both sides have sent their FIN, of which the peer has not taken this side's, while reading is
     * paused.
     *
     * @return true if this platform tells; false unless overridden
     */
    protected boolean noticesResetOnceBothSidesHaveShutDown() {
        return false;
    }

    /**
     * Whether a peer is noticed that vanishes without a FIN or a reset, as {@link dev.anteroom.protocol.KeepAlive} promises.
     *
     * @return false if this transport's peers cannot vanish, being on the same machine; true unless overridden
     */
    protected boolean noticesVanishedPeers() {
        return true;
    }

    /**
     * Whether it accepts from channels that somebody else has opened.
     *
     * @return false if this transport can only accept from sockets of its own; true unless overridden
     */
    protected boolean listensOnChannels() {
        return true;
    }

    /**
     * Whether it opens connections to addresses as {@link #anyAddress} gives them.
     *
     * @return false if this transport only listens there; true unless overridden
     */
    protected boolean connects() {
        return true;
    }

    /**
     * A place to listen at. The suite takes its family of addresses from here, and judges a transport over Unix-domain sockets if these are
     * {@link java.net.UnixDomainSocketAddress}es; what only TCP knows, such as a reset, is left out then.
     *
     * @return a free address, another each time or with port 0; unless overridden of TCP on the loopback interface
     */
    protected SocketAddress anyAddress() {
        return Loopback.anyPort();
    }

    final Loopback net() {
        return Objects.requireNonNull(net, "there is a network during a test only");
    }

    @BeforeEach
    final void openNetwork() {
        net = new Loopback(this::open, this::anyAddress);
    }

    @AfterEach
    final void closeNetwork() throws Exception {
        net().close();
    }

    @Nested
    final class Connections extends ConnectionPromises {
        Connections() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Failures extends FailurePromises {
        Failures() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Reading extends ReadingPromises {
        Reading() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Parking extends ParkingPromises {
        Parking() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Departing extends DeparturePromises {
        Departing() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Writing extends WritingPromises {
        Writing() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Closing extends ClosingPromises {
        Closing() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Leftovers extends LeftoverPromises {
        Leftovers() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Connecting extends ConnectingPromises {
        Connecting() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class EventLoops extends EventLoopPromises {
        EventLoops() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Listening extends ListenerPromises {
        Listening() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Arriving extends ArrivalPromises {
        Arriving() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Gating extends GatePromises {
        Gating() {
            super(TransportSuite.this);
        }
    }
}
